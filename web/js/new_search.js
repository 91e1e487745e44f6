// The form of a new search: values are looked up, and what the search would take is told while somebody writes.
import { put } from './parts.js';
import { startLookups } from './lookup.js';

const WAIT = 300;
const form = document.getElementById('new-search');
let timer;
let asked;

if (form) {
  startLookups(form, () => form.elements.account_id?.value);
  form.addEventListener('input', ({ target }) => {
    // What is typed to be looked up is nothing yet.
    if (!target.name) return;
    clearTimeout(timer);
    // Another account can do other things; the rest of the form is nobody's but the writer's.
    const parts = target.name === 'account_id' ? ['estimate', 'can-seniorities', 'can-headcount', 'can-saved_search_id'] : ['estimate'];
    timer = setTimeout(() => check(parts), target.matches('[type="radio"], [type="checkbox"], select') ? 0 : WAIT);
  });
  // Pressed twice, it is still one search.
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
  addEventListener('pageshow', () => delete form.dataset.sent);
  document.getElementById('to-mend')?.focus();
  // Whoever was quicker than this script is not kept waiting for the next letter.
  if ([...form.elements].some((field) => field.defaultValue !== undefined && field.type !== 'radio' && field.value !== field.defaultValue)) check(['estimate']);
}

async function check(parts) {
  asked?.abort();
  asked = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  const headers = { accept: 'text/html', 'x-parts': parts.join(' ') };
  const answer = await fetch('/searches/check', { method: 'POST', body, headers, signal: asked.signal }).catch(() => undefined);
  if (answer?.ok) put(await answer.text(), parts);
}
