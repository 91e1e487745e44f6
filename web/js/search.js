// The page of one search: says how many people are new since the table was made, and shows them when asked. It never moves what one reads.
import { ask } from './parts.js';

const number = new Intl.NumberFormat('en-US');
const search = document.querySelector('[data-search]')?.dataset.job;
let stored;

document.addEventListener('sluice:event', ({ detail }) => {
  if (detail.word !== 'job' || detail.data.id !== search) return;
  stored = detail.data.progress.current;
  tell();
});
document.addEventListener('sluice:swapped', tell);
document.addEventListener('click', (event) => {
  if (!event.target.closest('#news') || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  ask('results');
});

function tell() {
  const results = document.getElementById('results');
  if (!results || stored === undefined) return;
  const fresh = stored - Number(results.dataset.shown);
  const pill = document.getElementById('news');
  // Where nobody is listed there is nothing to move.
  if (!pill) return fresh > 0 ? ask('results') : undefined;
  pill.textContent = `${number.format(fresh)} new, show`;
  pill.hidden = fresh <= 0;
}
