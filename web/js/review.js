// Reviewing with the keyboard: decisions show at once, are stored at once, and go back with words when they cannot be stored.
import { put } from './parts.js';
import { toast } from './toast.js';
import { typing } from './keys.js';

const PARTS = ['review-counts', 'review-filters', 'review-list', 'review-bar', 'person'];
const SHOWN = { pending: ['○', 'Pending', 'grey'], approved: ['●', 'Approved', 'green'], rejected: ['×', 'Rejected', 'red'] };
const SETTLES = 90;
const TYPED = 250;
const root = document.querySelector('.review');
const api = `/api/v1/reviews/${root.dataset.review}`;
const may = root.dataset.open === 'true' && root.dataset.may === 'true';
const numbers = new Intl.NumberFormat('en-US');
let marked; // The last box that was ticked, from which Shift goes on.
let looking; // What fetches the person at the side.
let underway = 0; // Decisions that are being stored.
let going = -Infinity;

const rows = () => [...document.querySelectorAll('#review-list tr[data-item]')];
const here = () => document.querySelector('#review-list tr.here');
const ticked = () => rows().filter((row) => row.querySelector('.check input')?.checked);

// Counts.

function counts() {
  const read = (name) => Number(root.querySelector(`[data-count="${name}"]`).textContent.replaceAll(',', ''));
  return { total: read('total'), pending: read('pending'), approved: read('approved'), rejected: read('rejected') };
}

function show(now) {
  const write = (name, value) => {
    for (const place of root.querySelectorAll(`[data-count="${name}"]`)) place.textContent = numbers.format(value);
  };
  for (const name of ['total', 'pending', 'approved', 'rejected']) write(name, now[name]);
  write('decided', now.approved + now.rejected);
  const share = (value) => (now.total ? (value * 1000) / now.total : 0);
  const [approved, rejected] = ['approved', 'rejected'].map((name) => root.querySelector(`[data-share="${name}"]`));
  approved.setAttribute('width', share(now.approved));
  rejected.setAttribute('x', share(now.approved));
  rejected.setAttribute('width', share(now.rejected));
  for (const part of root.querySelectorAll('[data-when]')) part.hidden = (part.dataset.when === 'pending') !== now.pending > 0;
}

function selection() {
  const chosen = ticked().length;
  const told = document.getElementById('selected');
  if (!told) return;
  told.hidden = chosen === 0;
  told.textContent = `${numbers.format(chosen)} selected`;
  for (const button of root.querySelectorAll('[data-selected]')) button.disabled = chosen === 0;
}

// Rows.

function paint(row, decision, reason) {
  row.dataset.decision = decision;
  const [sign, label, hue] = SHOWN[decision];
  const state = row.querySelector('[data-field="decision"]');
  state.className = `state hue-${hue}`;
  state.firstElementChild.textContent = sign;
  state.lastElementChild.textContent = label;
  row.querySelector('[data-field="reason"]').textContent = reason;
  const acts = row.querySelector('.row-acts');
  if (!acts) return;
  const name = row.querySelector('.title').textContent;
  const act = (word, text, said, bare) => {
    const button = document.createElement('button');
    button.className = `button tiny${bare ? ' bare' : ''}`;
    button.name = 'one';
    button.value = `${word} ${row.dataset.item}`;
    button.textContent = text;
    button.ariaLabel = said;
    return button;
  };
  if (decision === 'pending') acts.replaceChildren(act('approved', 'Approve', `Approve ${name}`), act('rejected', 'Reject', `Reject ${name}`));
  else acts.replaceChildren(act('pending', 'Back', `Take the decision on ${name} back`, true));
}

async function send(path, body) {
  const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(api + path, { method: 'POST', headers, body: body && JSON.stringify(body) }).catch(() => undefined);
  if (!answer) throw new Error('The server cannot be reached. Nothing was changed.');
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.detail ?? 'That did not work. Nothing was changed.');
  return said;
}

// Shows a decision on these rows, and stores it.
async function decide(chosen, decision, reason = '') {
  if (!may || chosen.length === 0) return;
  const before = chosen.map((row) => [row.dataset.item, row.dataset.decision, row.querySelector('[data-field="reason"]').textContent]);
  const now = counts();
  for (const row of chosen) {
    now[row.dataset.decision] -= 1;
    now[decision] += 1;
    paint(row, decision, reason);
    const box = row.querySelector('.check input');
    if (box) box.checked = false;
  }
  show(now);
  selection();
  underway += 1;
  try {
    const body = { decision, items: before.map(([item]) => item), ...(reason && { reason }) };
    const done = await send('/decisions', body);
    underway -= 1;
    if (underway === 0) show(done.counts);
    if (chosen.length > 1) toast(`${SHOWN[decision][1]}: ${numbers.format(done.changed)} people. Z takes it back.`);
    const side = here();
    if (side && before.some(([item]) => item === side.dataset.item)) look(side);
  } catch (error) {
    underway -= 1;
    // The rows may have been fetched anew meanwhile.
    const back = counts();
    for (const [item, was, why] of before) {
      const row = document.getElementById(`row-${item}`);
      if (!row || row.dataset.decision !== decision) continue;
      back[decision] -= 1;
      back[was] += 1;
      paint(row, was, why);
    }
    show(back);
    toast(error.message, 'red');
  }
}

async function undo() {
  if (!may) return;
  try {
    const undone = await send('/undo');
    toast(undone.message);
    // The address follows the cursor a moment later; what is looked at must not jump back with it.
    await refresh(here()?.querySelector('.title').href ?? location.href);
    show(undone.counts);
  } catch (error) {
    toast(error.message, 'red');
  }
}

function reject(chosen) {
  const dialog = document.getElementById('reject');
  const own = document.getElementById('own-reason');
  own.value = '';
  document.getElementById('reject-title').textContent = chosen.length === 1 ? `Reject ${chosen[0].querySelector('.title').textContent}` : `Reject ${numbers.format(chosen.length)} people`;
  dialog.returnValue = 'cancel';
  dialog.onclose = () => {
    const said = dialog.returnValue;
    if (said === 'cancel' || said === '') return;
    const moves = chosen.length === 1 && chosen[0] === here();
    decide(chosen, 'rejected', said === 'own' ? own.value.trim() : said);
    if (moves) step(1);
  };
  dialog.showModal();
  dialog.querySelector('button[value="own"]').focus();
}

// Going through.

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (next) go(next);
  else if (by > 0) follow('next');
}

function go(row) {
  here()?.classList.remove('here');
  row.classList.add('here');
  row.scrollIntoView({ block: 'nearest' });
  clearTimeout(looking);
  looking = setTimeout(() => look(row), SETTLES);
}

// The person of a row, at the side.
async function look(row) {
  const href = row.querySelector('.title').href;
  history.replaceState(null, '', href);
  await refresh(href, ['person']);
}

function follow(rel) {
  const link = document.querySelector(`#review-list a[rel="${rel}"]`);
  if (link) navigate(link.href);
}

// What was asked for last, of the person alone and of the whole: a look at a person does not put off the list that a change has asked for.
const latest = { person: 0, all: 0 };

async function refresh(href, parts = PARTS) {
  const whole = parts.includes('review-list');
  latest.person += 1;
  if (whole) latest.all += 1;
  const own = whole ? latest.all : latest.person;
  const answer = await fetch(href, { headers: { accept: 'text/html', 'x-parts': parts.join(' ') } }).catch(() => undefined);
  if (!answer) return toast('The server cannot be reached.', 'red');
  const html = await answer.text();
  if (own !== (whole ? latest.all : latest.person)) return;
  if (answer.redirected && new URL(answer.url).pathname === '/sign-in') return location.reload();
  if (!answer.ok) return toast(new DOMParser().parseFromString(html, 'text/html').querySelector('[data-problem]')?.textContent.trim() || 'That did not work.', 'red');
  put(html, parts);
  if (whole) {
    marked = undefined;
    selection();
  }
}

async function navigate(href, keep = 'pushState') {
  if (keep) history[keep](null, '', href);
  document.getElementById('review-news').hidden = true;
  await refresh(href);
  document.querySelector('#review-list .table-box')?.scrollIntoView({ block: 'nearest' });
}

// A selection, of one or from the last one on.
function tick(row, wanted, range) {
  const all = rows();
  const from = range && marked ? all.findIndex((other) => other.dataset.item === marked) : -1;
  const to = all.indexOf(row);
  const some = from < 0 ? [row] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const other of some) {
    const box = other.querySelector('.check input');
    if (box) box.checked = wanted;
  }
  marked = row.dataset.item;
  selection();
}

const chosen = () => {
  const some = ticked();
  return some.length ? some : [here()].filter(Boolean);
};

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  n: () => follow('next'),
  p: () => follow('prev'),
  o: () => document.getElementById('profile')?.click(),
  a: () => settle('approved'),
  u: () => settle('pending'),
  r: () => may && chosen().length && reject(chosen()),
  Z: undo,
  z: undo,
  '*': () => {
    const all = rows();
    const wanted = ticked().length < all.length;
    for (const row of all) row.querySelector('.check input').checked = wanted;
    selection();
  },
};

function settle(decision) {
  const some = chosen();
  const moves = some.length === 1 && some[0] === here() && decision !== 'pending';
  decide(some, decision);
  if (moves) step(1);
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const dialog = document.querySelector('dialog[open]');
  if (dialog?.id === 'reject' && event.key >= '1' && event.key <= '9' && !typing(event.target)) {
    dialog.querySelectorAll('.reasons button')[Number(event.key) - 1]?.click();
    return;
  }
  if (dialog || typing(event.target)) {
    if (event.key === 'Escape' && event.target.matches('#review-filters input')) event.target.blur();
    return;
  }
  // "g r" goes to the reviews, and rejects nobody.
  if (performance.now() - going < 1000) return void (going = -Infinity);
  if (event.key === 'g') going = performance.now();
  if ((event.key === 'x' || event.key === 'X') && may && here()) {
    event.preventDefault();
    const row = here();
    return tick(row, event.shiftKey || !row.querySelector('.check input').checked, event.shiftKey);
  }
  const key = KEYS[event.key];
  // A button or link that has the focus keeps its own keys.
  if (!key || (event.key.startsWith('Arrow') && event.target !== document.body && !event.target.closest('#review-list'))) return;
  event.preventDefault();
  key();
});

document.addEventListener('click', (event) => {
  if (event.ctrlKey || event.metaKey || event.button !== 0) return;
  const box = event.target.closest('#review-list .check input');
  if (box) return tick(box.closest('tr'), box.checked, event.shiftKey);
  const link = event.target.closest('#review-list a');
  if (!link) return;
  event.preventDefault();
  const row = link.closest('tr[data-item]');
  if (!row) return navigate(link.href);
  go(row);
  if (matchMedia('(max-width: 1240px)').matches) setTimeout(() => document.getElementById('person').scrollIntoView({ block: 'start' }), SETTLES * 3);
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.id === 'review-filters') {
    event.preventDefault();
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''));
    // Words that are typed on are one step back.
    const keep = event.submitter || !typing(document.activeElement) ? 'pushState' : 'replaceState';
    return navigate(`${location.pathname}${query.size ? `?${query}` : ''}`, keep);
  }
  if (form.id !== 'review-form') return;
  event.preventDefault();
  const button = event.submitter;
  if (button?.name === 'one') {
    const [decision, item] = button.value.split(' ');
    const row = document.getElementById(`row-${item}`);
    return decision === 'rejected' ? reject([row]) : decide([row], decision);
  }
  const some = ticked();
  if (!button || some.length === 0) return;
  if (button.value === 'rejected') decide(some, 'rejected', document.getElementById('reason').value);
  else decide(some, button.value);
});

let typed;
document.addEventListener('input', (event) => {
  if (!event.target.matches('#review-filters input')) return;
  clearTimeout(typed);
  typed = setTimeout(() => event.target.form?.requestSubmit(), TYPED);
});

addEventListener('popstate', () => navigate(location.href, ''));

document.addEventListener('sluice:event', ({ detail }) => {
  if (detail.word !== 'review' || detail.data.review_id !== root.dataset.review) return;
  const before = counts().total;
  if (underway === 0) show(detail.data);
  const fresh = detail.data.total - before;
  // New people never move what one reads.
  if (fresh > 0) {
    const news = document.getElementById('review-news');
    const known = Number(news.dataset.fresh ?? 0) + fresh;
    news.dataset.fresh = known;
    news.firstElementChild.textContent = `${numbers.format(known)} new ${known === 1 ? 'person' : 'people'}.`;
    news.hidden = false;
  }
  if (detail.data.state === 'completed' ? root.dataset.open === 'true' : root.dataset.open === 'false') location.reload();
});

document.getElementById('review-news').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link) return;
  event.preventDefault();
  delete document.getElementById('review-news').dataset.fresh;
  navigate(link.href);
});

document.addEventListener('sluice:swapped', selection);
show(counts());
selection();
if (matchMedia('(max-width: 1400px)').matches) document.getElementById('more-filters')?.removeAttribute('open');
