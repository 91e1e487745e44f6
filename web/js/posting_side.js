// The posting beside the list: opened by Enter or a click, followed by j and k, closed by Escape; its width is remembered. It is part of the
// address, so that it is there again on coming back. Where there is little room, and without JavaScript, a title leads to the posting's page.
import { put } from './parts.js';
import { toast } from './toast.js';
import { typing } from './keys.js';

const ROOM = '(min-width: 1080px)';
const WIDTH = 'posting-side';
const [NARROWEST, STEP] = [320, 24];
const SETTLES = 90;
const beside = document.getElementById('beside');
const grip = document.getElementById('side-grip');
const side = () => document.getElementById('posting-side');
let soon;
let asked = 0;

export const shown = () => new URL(location.href).searchParams.get('selected') ?? undefined;

// Shows another posting, when one is shown already.
export function follow(id) {
  if (!beside || !shown() || shown() === id) return;
  clearTimeout(soon);
  soon = setTimeout(() => show(id), SETTLES);
}

async function show(id) {
  const address = new URL(location.href);
  address.searchParams.set('selected', id);
  asked += 1;
  const own = asked;
  const answer = await fetch(address, { headers: { accept: 'text/html', 'x-parts': 'posting-side posting-tabs' } }).catch(() => undefined);
  if (!answer) return toast('The server cannot be reached.', 'red');
  const html = await answer.text();
  // Somebody has gone on meanwhile.
  if (own !== asked) return;
  if (answer.redirected && new URL(answer.url).pathname === '/sign-in') return location.reload();
  if (!answer.ok) return toast(new DOMParser().parseFromString(html, 'text/html').querySelector('[data-problem]')?.textContent.trim() || 'That did not work.', 'red');
  history.replaceState(null, '', address);
  put(html, ['posting-side', 'posting-tabs']);
  side().scrollTop = 0;
  for (const row of document.querySelectorAll('#posting-list tr[data-posting]')) row.classList.toggle('here', row.dataset.posting === id);
  document.getElementById(`posting-${id}`)?.classList.remove('is-new');
  document.getElementById(`posting-${id}`)?.querySelector('.mark-new')?.remove();
}

function close() {
  if (!shown()) return;
  asked += 1;
  clearTimeout(soon);
  const title = document.querySelector(`#posting-${CSS.escape(shown())} a.title`);
  const address = new URL(location.href);
  address.searchParams.delete('selected');
  history.replaceState(null, '', address);
  side().hidden = true;
  side().replaceChildren();
  settle();
  title?.focus();
}

function settle() {
  if (!beside) return;
  grip.hidden = side().hidden || !matchMedia(ROOM).matches;
}

// Its width.

const widest = () => Math.max(NARROWEST, Math.round(beside.clientWidth * 0.65));

function widen(width) {
  const now = Math.min(widest(), Math.max(NARROWEST, Math.round(width)));
  beside.style.setProperty('--side', `${now}px`);
  grip.ariaValueNow = now;
  grip.ariaValueMin = NARROWEST;
  grip.ariaValueMax = widest();
  return now;
}

// A browser that keeps nothing forgets the width, and no more.
function remember(width) {
  try {
    localStorage.setItem(WIDTH, width);
  } catch (error) {
    console.debug(error);
  }
}

function remembered() {
  try {
    return Number(localStorage.getItem(WIDTH)) || 440;
  } catch {
    return 440;
  }
}

if (beside) {
  if (shown() && !matchMedia(ROOM).matches) location.replace(`/postings/${encodeURIComponent(shown())}`);
  widen(remembered());
  settle();
  matchMedia(ROOM).addEventListener('change', settle);

  grip.addEventListener('pointerdown', (event) => {
    grip.setPointerCapture(event.pointerId);
    event.preventDefault();
    grip.focus();
  });
  grip.addEventListener('pointermove', (event) => {
    if (grip.hasPointerCapture(event.pointerId)) widen(beside.getBoundingClientRect().right - event.clientX - grip.offsetWidth / 2);
  });
  grip.addEventListener('pointerup', () => remember(grip.ariaValueNow));
  grip.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    remember(widen(Number(grip.ariaValueNow) + by));
  });

  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (event.target.closest('#side-close')) {
      event.preventDefault();
      return close();
    }
    const title = event.target.closest('#posting-list tr[data-posting] a.title');
    if (!title || !matchMedia(ROOM).matches) return;
    event.preventDefault();
    show(title.closest('tr').dataset.posting);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || typing(event.target) || document.querySelector('dialog[open], details.drop[open]')) return;
    if (shown()) event.preventDefault();
    close();
  });
  document.addEventListener('sluice:swapped', settle);
}
