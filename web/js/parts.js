// Parts of a page that are fetched anew when something they show has changed.
//
//   <section id="needs" data-on="job review" data-src="/home/needs">
//
// `data-on` lists what concerns the part: a kind of event, or a kind and an id ("job:0190…"). `data-src` is where it is fetched from; the
// page itself when missing. The answer is a page or a piece of one that holds an element with the same id.

const SOON = 200;
const EVERY = 1000;
const waiting = new Set();
let timer;
let last = 0;

export function startParts() {
  document.addEventListener('sluice:event', ({ detail }) => {
    // One change may be of several postings, of which the event names the first.
    const named = detail.data.postings ?? [];
    const ids = [detail.data.id ?? detail.data.job_id, ...named.map((posting) => posting.id)];
    const beyond = detail.word === 'posting' && detail.data.changed > named.length;
    const concerns = (one) => one === detail.word || ids.some((id) => one === `${detail.word}:${id}`) || (beyond && one.startsWith('posting:'));
    for (const part of document.querySelectorAll('[data-on]')) {
      if (part.dataset.on.split(' ').some(concerns)) ask(part.id);
    }
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && waiting.size) schedule(0);
  });
}

export function ask(id) {
  waiting.add(id);
  if (!document.hidden) schedule(Math.max(SOON, last + EVERY - performance.now()));
}

function schedule(wait) {
  timer ??= setTimeout(refresh, wait);
}

async function refresh() {
  timer = undefined;
  last = performance.now();
  const bySource = new Map();
  for (const id of waiting) {
    const part = document.getElementById(id);
    if (!part) continue;
    const source = part.dataset.src ?? location.href;
    bySource.set(source, [...(bySource.get(source) ?? []), id]);
  }
  waiting.clear();
  await Promise.all([...bySource].map(([source, ids]) => fetchParts(source, ids)));
}

async function fetchParts(source, ids) {
  const answer = await fetch(source, { headers: { accept: 'text/html', 'x-parts': ids.join(' ') } }).catch(() => undefined);
  if (!answer) return;
  // Signed out meanwhile: the page says so by going there itself.
  if (answer.redirected && new URL(answer.url).pathname === '/sign-in') return location.reload();
  if (!answer.ok) return;
  put(await answer.text(), ids);
}

// Puts the parts of a fetched page in the place of those on this one.
export function put(html, ids) {
  const fetched = new DOMParser().parseFromString(html, 'text/html');
  for (const id of ids) {
    const before = document.getElementById(id);
    const after = fetched.getElementById(id);
    if (before && after) swap(before, after);
  }
  document.dispatchEvent(new CustomEvent('sluice:swapped'));
}

function swap(before, after) {
  // What somebody types into, or has open, stays as it is.
  if (before.contains(document.activeElement) && document.activeElement.matches('input, textarea, select')) return;
  const open = [...before.querySelectorAll('details[open]')].map((details) => details.id).filter(Boolean);
  const focus = before.contains(document.activeElement) ? document.activeElement.id : '';
  const next = document.importNode(after, true);
  if (before.matches('details[open]')) next.setAttribute('open', '');
  for (const id of open) next.querySelector(`#${CSS.escape(id)}`)?.setAttribute('open', '');
  if (before.isEqualNode(next)) return;
  before.replaceWith(next);
  if (focus) document.getElementById(focus)?.focus();
}
