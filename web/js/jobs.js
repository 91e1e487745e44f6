// Counts and bars of jobs, written the moment an event arrives; words and buttons follow with the part that holds them.
const number = new Intl.NumberFormat('en-US');

export function startJobs() {
  document.addEventListener('sluice:event', ({ detail }) => {
    if (detail.word === 'job') show(detail.data);
  });
}

function show(job) {
  const { current, total, percentage, rate_per_minute: rate } = job.progress;
  for (const place of document.querySelectorAll(`[data-job="${CSS.escape(job.id)}"]`)) {
    write(place, 'current', number.format(current));
    write(place, 'total', number.format(total));
    write(place, 'percentage', `${percentage}%`);
    if (rate != null) write(place, 'rate', `${number.format(Math.round(rate))} a minute`);
    // The start of the next page, told second by second.
    for (const next of job.waiting_until ? place.querySelectorAll('time[data-field="next"]') : []) next.dateTime = job.waiting_until;
    const share = total > 0 ? Math.min(current / total, 1) : 0;
    for (const fill of place.querySelectorAll('rect.fill')) fill.setAttribute('width', String(share * 1000));
  }
}

function write(place, field, text) {
  for (const element of place.querySelectorAll(`[data-field="${field}"]`)) {
    if (element.textContent !== text) element.textContent = text;
  }
}
