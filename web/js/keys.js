// Keys that work on every page: g and a letter goes somewhere, c starts a search, / looks for, ? shows all keys.
const PLACES = { h: '/', s: '/searches', r: '/reviews', p: '/postings', j: '/jobs', a: '/accounts', e: '/settings' };
// Long ago: a page that is a moment old has seen no g yet.
let going = -Infinity;

export function startKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector('dialog[open]') && event.key !== 'Escape') return;
    const recently = performance.now() - going < 1000;
    going = -Infinity;
    if (recently && PLACES[event.key]) return location.assign(PLACES[event.key]);
    if (event.key === 'g') going = performance.now();
    else if (event.key === 'c' && document.getElementById('can-search')) location.assign('/searches/new');
    else if (event.key === '?') document.getElementById('keys')?.showModal();
    else if (event.key === '/') {
      const box = document.querySelector('input[type="search"]');
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-opens]')) document.getElementById(event.target.closest('[data-opens]').dataset.opens)?.showModal();
    if (event.target.closest('[data-closes]')) event.target.closest('dialog')?.close();
  });
}

export function typing(element) {
  return element instanceof Element && (element.matches('input:not([type="checkbox"], [type="radio"]), textarea, select') || element.isContentEditable);
}
