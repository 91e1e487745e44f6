// Says when a job has ended or needs someone: as a toast, and where it was allowed, as a notification of the browser.
import { toast } from './toast.js';

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
    if (detail.word === 'job') tell(detail.data);
  });
}

function tell(job) {
  const before = seen.get(job.id);
  seen.set(job.id, job.status);
  if (before === job.status || !['completed', 'failed'].includes(job.status)) return;
  const rows = new Intl.NumberFormat('en-US').format(job.progress.current);
  const text = job.status === 'completed' ? `Done: ${rows} stored. ${job.stop_message ?? ''}` : (job.stop_message ?? 'A job failed.');
  const href = `/jobs/${job.id}`;
  if (!location.pathname.endsWith(job.id)) toast(text, job.status === 'completed' ? 'green' : 'orange', { href, text: 'Open' });
  if (document.hidden && 'Notification' in window && Notification.permission === 'granted') {
    // One notification a job, however many tabs are open: they share the tag.
    const note = new Notification(job.status === 'completed' ? 'A job is done' : 'A job needs you', { body: text, tag: job.id });
    note.onclick = () => {
      window.focus();
      location.assign(href);
    };
  }
}
