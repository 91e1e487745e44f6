// The list of postings by keyboard, and the board by dragging. What they change goes through the forms that the page has anyway.
import { put } from './parts.js';
import { typing } from './keys.js';
import { follow, shown } from './posting_side.js';

const STATUSES = { 1: 'saved', 2: 'applied', 3: 'interviewing', 4: 'offer', 5: 'rejected', 6: 'withdrawn' };
const numbers = new Intl.NumberFormat('en-US');
const chosen = new Set();
let marked; // The last box that was ticked, from which Shift goes on.
let place = shown(); // The posting that the keys are at.
let going = -Infinity;

const list = () => document.getElementById('posting-list');
const rows = () => [...(list()?.querySelectorAll('tr[data-posting]') ?? [])];
const row = (id) => rows().find((one) => one.dataset.posting === id);
const box = (one) => one.querySelector('.check input');

// What is selected outlives a list that was fetched anew.

function select(one, on) {
  const input = box(one);
  if (!input) return;
  input.checked = on;
  if (on) chosen.add(one.dataset.posting);
  else chosen.delete(one.dataset.posting);
}

function tell() {
  const told = document.getElementById('selected');
  if (!told) return;
  const here = rows().filter((one) => box(one)?.checked).length;
  told.textContent = here ? `${numbers.format(here)} selected:` : 'With the selected:';
  const all = document.getElementById('all-on-page');
  all.hidden = false;
  const input = all.querySelector('input');
  input.checked = here > 0 && here === rows().length;
  input.indeterminate = here > 0 && here < rows().length;
  for (const button of document.querySelectorAll('#bulk button')) button.disabled = here === 0;
}

function settle() {
  for (const one of rows()) if (chosen.has(one.dataset.posting)) select(one, true);
  place = shown() ?? place;
  if (place) row(place)?.classList.add('here');
  tell();
}

document.addEventListener('change', ({ target }) => {
  if (target.closest('#all-on-page')) for (const one of rows()) select(one, target.checked);
  else if (target.matches('.postings .check input')) select(target.closest('tr'), target.checked);
  else return;
  tell();
});

document.addEventListener('click', (event) => {
  if (!event.target.matches('.postings .check input')) return;
  const all = rows();
  const now = all.indexOf(event.target.closest('tr'));
  const before = marked ? all.findIndex((one) => one.dataset.posting === marked) : -1;
  if (event.shiftKey && before >= 0) {
    for (const one of all.slice(Math.min(now, before), Math.max(now, before) + 1)) select(one, event.target.checked);
    tell();
  }
  marked = all[now]?.dataset.posting;
});

// Keys.

function go(by) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((one) => one.dataset.posting === place);
  const next = all[now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + by))];
  for (const one of all) one.classList.toggle('here', one === next);
  place = next.dataset.posting;
  next.querySelector('a.title').focus();
  next.scrollIntoView({ block: 'nearest' });
  follow(place);
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !list()) return;
  if (document.querySelector('dialog[open]')) return;
  // Behind a g the letter leads elsewhere.
  const leads = performance.now() - going < 1000;
  going = event.key === 'g' ? performance.now() : -Infinity;
  if (leads) return;
  const here = place && row(place);
  const actions = {
    j: () => go(1),
    k: () => go(-1),
    ArrowDown: () => go(1),
    ArrowUp: () => go(-1),
    o: () => here && location.assign(here.querySelector('a.title').href),
    x: () => {
      if (here) select(here, !box(here)?.checked);
      tell();
    },
    '*': () => {
      const on = rows().some((one) => !box(one)?.checked);
      for (const one of rows()) select(one, on);
      tell();
    },
    h: () => bulk('hide', here),
    n: () => list().querySelector('a[rel="next"]')?.click(),
    p: () => list().querySelector('a[rel="prev"]')?.click(),
  };
  if (STATUSES[event.key] && here) {
    event.preventDefault();
    const choice = here.querySelector('select[name="status"]');
    if (!choice) return;
    choice.value = STATUSES[event.key];
    choice.form.requestSubmit();
  } else if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
});

// What the button of that word does with what is selected, or with the posting at hand.
function bulk(word, here) {
  const form = document.getElementById('bulk');
  if (!form) return;
  if (here && !rows().some((one) => box(one)?.checked)) select(here, true);
  tell();
  form.querySelector(`button[value="${word}"]`)?.click();
}

// New postings never move what one reads: a line says that they are there.

document.addEventListener('sluice:event', ({ detail }) => {
  const news = document.getElementById('postings-news');
  if (!news || detail.word !== 'job' || !/_postings$/.test(detail.data.kind)) return;
  const kept = detail.data.progress?.current ?? 0;
  if (!kept || detail.data.id === news.dataset.job && `${kept}` === news.dataset.kept) return;
  const first = !news.dataset.job;
  Object.assign(news.dataset, { job: detail.data.id, kept });
  // What had come in before the page was made is on it.
  if (first && detail.data.status === 'completed') return;
  news.querySelector('span').textContent = 'New postings have come in.';
  news.hidden = false;
});

// The form of a search: what it would take is told while somebody writes.

const WAIT = 400;
const search = document.getElementById('posting-search');
let soon;
let asked;

search?.addEventListener('input', () => {
  clearTimeout(soon);
  soon = setTimeout(estimate, WAIT);
});

// Pressed twice, it is still one search, and one import.
const sent = new WeakSet();
document.addEventListener('submit', (event) => {
  if (!event.target.matches('form[data-once]')) return;
  if (sent.has(event.target)) event.preventDefault();
  sent.add(event.target);
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-once]')) sent.delete(form);
});

async function estimate() {
  asked?.abort();
  asked = new AbortController();
  const headers = { accept: 'text/html', 'x-parts': 'estimate' };
  const body = new URLSearchParams(new FormData(search));
  const answer = await fetch('/postings/search/check', { method: 'POST', body, headers, signal: asked.signal }).catch(() => undefined);
  if (answer?.ok) put(await answer.text(), ['estimate']);
}

// The board: a card that is dropped on a column is given its status.

let dragged;

document.addEventListener('dragstart', (event) => {
  dragged = event.target.closest?.('[data-card]');
  if (!dragged) return;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', dragged.querySelector('a.title').href);
  dragged.classList.add('dragged');
});

document.addEventListener('dragend', () => {
  dragged?.classList.remove('dragged');
  for (const column of document.querySelectorAll('[data-column-of].over')) column.classList.remove('over');
  dragged = undefined;
});

document.addEventListener('dragover', (event) => {
  const column = dragged && event.target.closest?.('[data-column-of]');
  for (const other of document.querySelectorAll('[data-column-of].over')) if (other !== column) other.classList.remove('over');
  if (!column) return;
  event.preventDefault();
  column.classList.add('over');
});

document.addEventListener('drop', (event) => {
  const column = dragged && event.target.closest?.('[data-column-of]');
  if (!column) return;
  event.preventDefault();
  const choice = dragged.querySelector('select[name="status"]');
  if (!choice || choice.value === column.dataset.columnOf) return;
  choice.value = column.dataset.columnOf;
  const [card, cards, behind] = [dragged, dragged.parentElement, dragged.nextElementSibling];
  choice.form.addEventListener('sluice:refused', () => cards.insertBefore(card, behind?.parentElement === cards ? behind : null), { once: true });
  column.querySelector('[data-cards]').prepend(dragged);
  choice.form.requestSubmit();
});

document.addEventListener('sluice:swapped', settle);
settle();
// Where there is little room, postings come first.
if (matchMedia('(max-width: 680px)').matches) document.getElementById('more-filters')?.removeAttribute('open');
