// Says when a job has ended or needs someone: as a toast, and where it was allowed, as a notification of the browser.
import { toast } from './toast.js';

const PLACES = { search_prospects: 'searches', export_results: 'exports', import_people: 'imports' };
const QUIET = 'send_mail';
const seen = new Map();

export function startNotices() {
  const asker = document.getElementById('ask-notifications');
  if (asker && 'Notification' in window && Notification.permission === 'default') {
    asker.hidden = false;
    asker.addEventListener('click', async () => {
      if ((await Notification.requestPermission()) !== 'default') asker.hidden = true;
    });
  }
  document.addEventListener('sluice:event', ({ detail }) => {
    if (detail.word === 'job' && detail.data.kind !== QUIET) tell(detail.data);
  });
}

function tell(job) {
  const before = seen.get(job.id);
  seen.set(job.id, job.status);
  if (before === job.status || !['completed', 'failed'].includes(job.status)) return;
  const done = job.status === 'completed';
  const href = `/${PLACES[job.kind] ?? 'jobs'}/${job.id}`;
  if (location.pathname !== href) toast(words(job), done ? 'green' : 'orange', { href, text: 'Open' });
  if (document.hidden && 'Notification' in window && Notification.permission === 'granted') {
    // One notification a job, however many tabs are open: they share the tag.
    const note = new Notification(done ? 'A job is done' : 'A job needs you', { body: words(job), tag: job.id });
    note.onclick = () => {
      window.focus();
      location.assign(href);
    };
  }
}

function words(job) {
  if (job.status !== 'completed') return job.stop_message ?? 'A job failed.';
  if (job.kind === 'export_results') return 'The export is ready.';
  const rows = new Intl.NumberFormat('en-US').format(job.progress.current);
  return `Done: ${rows} stored. ${job.stop_message ?? ''}`.trim();
}
