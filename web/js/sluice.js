// The entry: every page loads this one module, which starts what the page has.
import { startLive } from './live.js';
import { startForms } from './forms.js';
import { startJobs } from './jobs.js';
import { startKeys } from './keys.js';
import { startNotices } from './notices.js';
import { startPalette } from './palette.js';
import { startParts } from './parts.js';
import { startTables } from './tables.js';
import { startTimes } from './times.js';

if (document.body.dataset.workspace) {
  startParts();
  startJobs();
  startForms();
  startKeys();
  startPalette();
  startNotices();
  startTables();
  startTimes();
  startLive();
}

// A page may bring one module of its own.
const own = document.body.dataset.module;
if (own) await import(`./${own}.js`);
// From here on keys and clicks are heard.
document.body.dataset.ready = 'yes';
