// Forms that change parts of the page without leaving it.
//
//   <form method="post" action="/jobs/…/pause" data-parts="progress tray">
//
// The form is sent as it would be; of the page that answers, the named parts are put in. Without JavaScript the page itself comes.
// What was refused is taken back: choices show again what is stored, and `sluice:refused` tells whoever has moved something.
import { ask, put } from './parts.js';
import { toast } from './toast.js';

export function startForms() {
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!form.dataset.parts) return;
    event.preventDefault();
    const button = event.submitter;
    // A button that is switched off is no part of what is sent.
    const body = new URLSearchParams(new FormData(form, button));
    if (button) button.disabled = true;
    try {
      await send(form, button, body);
    } finally {
      if (button) button.disabled = false;
    }
  });
  // A choice in a filter is taken at once.
  document.addEventListener('change', (event) => {
    if (event.target.closest('[data-columns-of]')) return;
    if (event.target.matches('form[data-at-once] select, form[data-at-once] input[type="checkbox"]')) event.target.form.requestSubmit();
  });
  document.addEventListener('click', async (event) => {
    const copier = event.target.closest('[data-copy]');
    if (copier) {
      await navigator.clipboard.writeText(copier.dataset.copy);
      toast('Copied.');
    }
    // A click beside an open panel closes it.
    for (const open of document.querySelectorAll('details.drop[open]')) if (!open.contains(event.target)) open.open = false;
  });
}

function takeBack(form, words) {
  // A form that is sent by choosing holds nothing that was typed.
  if (form.matches('[data-at-once]')) form.reset();
  form.dispatchEvent(new CustomEvent('sluice:refused', { bubbles: true }));
  toast(words, 'red');
}

async function send(form, button, body) {
  const address = button?.hasAttribute('formaction') ? button.formAction : form.action;
  const answer = await fetch(address, { method: 'POST', body, headers: { accept: 'text/html' } }).catch(() => undefined);
  if (!answer) return takeBack(form, 'The server cannot be reached. Nothing was changed.');
  const html = await answer.text();
  if (!answer.ok) {
    const said = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-problem]')?.textContent;
    return takeBack(form, said?.trim() || 'That did not work. Nothing was changed.');
  }
  const parts = form.dataset.parts.split(' ');
  // What was chosen is stored, so its field is no longer being filled in; it has the cursor again afterwards.
  const chosen = form.contains(document.activeElement) && document.activeElement.matches('select') ? document.activeElement : undefined;
  chosen?.blur();
  put(html, parts);
  if (chosen?.id) document.getElementById(chosen.id)?.focus();
  ask('tray');
  const flash = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-flash]')?.textContent;
  if (flash) toast(flash.trim());
}
