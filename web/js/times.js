// Times that are told relative to now, and countdowns, kept true while the page is open.
export function startTimes() {
  tick();
  setInterval(tick, 1000);
  document.addEventListener('sluice:swapped', tick);
}

function tick() {
  if (document.hidden) return;
  const now = Date.now();
  for (const element of document.querySelectorAll('time[data-ago]')) put(element, ago((now - Date.parse(element.dateTime)) / 1000));
  for (const element of document.querySelectorAll('time[data-countdown]')) {
    const left = (Date.parse(element.dateTime) - now) / 1000;
    put(element, left > 0 ? span(left) : 'now');
  }
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function ago(seconds) {
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}h ago`;
  return `${Math.floor(seconds / 86400)}d ago`;
}

function span(seconds) {
  const whole = Math.ceil(seconds);
  const two = (value) => String(value).padStart(2, '0');
  if (whole >= 86400) return `${Math.floor(whole / 86400)}d${two(Math.floor(whole / 3600) % 24)}h`;
  if (whole >= 3600) return `${Math.floor(whole / 3600)}h${two(Math.floor(whole / 60) % 60)}m`;
  if (whole >= 60) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${whole}s`;
}
