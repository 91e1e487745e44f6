// The form that imports by links: what each line leads to is told while somebody writes, as the server reads it.
import { put } from './parts.js';
import './postings.js';

const WAIT = 400;
const form = document.getElementById('import-links');
let soon;
let asked;

form?.elements.urls.addEventListener('input', () => {
  clearTimeout(soon);
  soon = setTimeout(check, WAIT);
});
// What a browser has kept of an earlier visit is told as well.
if (form?.elements.urls.value.trim() && !document.getElementById('urls-wrong')) check();

async function check() {
  asked?.abort();
  asked = new AbortController();
  const body = new URLSearchParams({ urls: form.elements.urls.value });
  const headers = { accept: 'text/html', 'x-parts': 'line-states' };
  const answer = await fetch('/postings/import/check', { method: 'POST', body, headers, signal: asked.signal }).catch(() => undefined);
  // Without an answer nothing is lost: every line is told again when the form is sent.
  if (!answer?.ok) return;
  const html = await answer.text();
  put(html, ['line-states']);
  // A region that is read out has to stay; its words change when they are others.
  const told = document.getElementById('lines-told');
  const words = new DOMParser().parseFromString(html, 'text/html').getElementById('lines-told')?.textContent ?? '';
  if (told.textContent !== words) told.textContent = words;
}
