// Committed changes, as they happen: one stream of events a browser, shared by all its tabs.
//
// The tab that holds the lock has the stream and hands every event to the others. When it closes, another takes the lock and goes on
// after the last event it heard of, so that nothing falls between.

const WORDS = ['job', 'page', 'timeline', 'review', 'posting'];
const KEPT = 500;
const workspace = document.body.dataset.workspace;
const channel = new BroadcastChannel(`sluice-live-${workspace}`);
// Where this page's data stands: what comes after it is news.
let position = document.body.dataset.position ?? '';
// The leader keeps what it told of late, for tabs that were still loading.
const told = [];

export function startLive() {
  channel.onmessage = ({ data }) => {
    if (data.kind === 'event') hear(data.event);
    if (data.kind === 'after' && leading) {
      for (const event of told) if (later(event.id, data.position)) channel.postMessage({ kind: 'event', event, to: data.from });
    }
    if (data.kind === 'state') show(data.open);
    if (data.kind === 'out') location.reload();
  };
  channel.postMessage({ kind: 'after', position });
  // A session is in one workspace at a time: a page of the one before says so instead of showing the wrong one's news.
  const entered = new BroadcastChannel('sluice-workspace');
  entered.onmessage = ({ data }) => {
    if (data !== workspace) document.getElementById('elsewhere')?.removeAttribute('hidden');
  };
  entered.postMessage(workspace);
  if (navigator.locks) navigator.locks.request(`sluice-live-${workspace}`, lead);
  else lead();
}

let leading = false;

function lead() {
  leading = true;
  // The lock is held until the tab goes away.
  return new Promise(() => open(0));
}

function open(failures) {
  const source = new EventSource(`/api/v1/events?last_event_id=${encodeURIComponent(position)}`);
  for (const word of WORDS) {
    source.addEventListener(word, (message) => {
      const event = { id: message.lastEventId, word, data: JSON.parse(message.data) };
      told.push(event);
      if (told.length > KEPT) told.shift();
      channel.postMessage({ kind: 'event', event });
      hear(event);
    });
  }
  source.onopen = () => {
    failures = 0;
    state(true);
  };
  source.onerror = async () => {
    state(false);
    if (await signedOut()) {
      channel.postMessage({ kind: 'out' });
      return location.reload();
    }
    // While it is connecting the browser tries again by itself; a closed one is ours to open.
    if (source.readyState !== EventSource.CLOSED) return;
    const wait = Math.min(1000 * 2 ** failures, 30000);
    setTimeout(() => open(failures + 1), wait);
  };
}

// Whether the server does not let this browser in any more: the page, loaded anew, then leads to the door.
async function signedOut() {
  const answer = await fetch('/tray', { headers: { accept: 'text/html' } }).catch(() => undefined);
  return answer?.redirected === true && new URL(answer.url).pathname === '/sign-in';
}

function state(open) {
  show(open);
  channel.postMessage({ kind: 'state', open });
}

let lost;

// A short break is nobody's business; a long one is said, and taken back.
function show(open) {
  clearTimeout(lost);
  if (open) return document.getElementById('offline')?.setAttribute('hidden', '');
  lost = setTimeout(() => document.getElementById('offline')?.removeAttribute('hidden'), 4000);
}

function hear(event) {
  if (event.id && !later(event.id, position)) return;
  if (event.id) position = event.id;
  document.dispatchEvent(new CustomEvent('sluice:event', { detail: event }));
}

// Positions are "transaction-sequence", in that order.
function later(one, other) {
  const [a, b] = [one, other].map((text) => (text || '0-0').split('-').map(Number));
  return a[0] !== b[0] ? a[0] > b[0] : a[1] > b[1];
}

