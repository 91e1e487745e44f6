// A field for several values that are looked up while one types: a combobox after the ARIA practices, with the values as chips.
//
//   <textarea name="locations" data-lookup="location">Ghent</textarea>
//
// The text stays the truth: one value a line, as "Berlin, Germany [106967730]" where one was chosen. Without this script it is the field.
import { toast } from './toast.js';

const WAIT = 300;
const FEWEST = 2;

export function startLookups(form, account) {
  for (const text of form.querySelectorAll('textarea[data-lookup]')) dress(text, account);
}

function dress(text, account) {
  const id = text.id;
  const values = text.value.split('\n').map((line) => line.trim()).filter(Boolean);
  const box = element('div', { className: 'lookup' });
  const chips = element('ul', { className: 'chips' });
  chips.setAttribute('aria-label', `Chosen: ${text.dataset.label}`);
  const input = element('input', { type: 'text', autocomplete: 'off' });
  const list = element('ul', { className: 'choices-list', id: `${id}-list`, hidden: true });
  const told = element('p', { className: 'hint told' });
  for (const name of ['aria-describedby', 'aria-invalid']) if (text.hasAttribute(name)) input.setAttribute(name, text.getAttribute(name));
  for (const [name, value] of [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-expanded', 'false'], ['aria-controls', list.id]]) input.setAttribute(name, value);
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', text.dataset.label);
  told.setAttribute('role', 'status');
  // The label and the links of a wrong field lead to what is typed into.
  text.id = `${id}-text`;
  input.id = id;
  text.hidden = true;
  const entry = element('div', { className: 'entry' });
  entry.append(input, list);
  box.append(chips, entry, told);
  text.after(box);

  let choices = [];
  let active = -1;
  let timer;
  let asked;

  input.addEventListener('input', () => {
    clearTimeout(timer);
    close();
    timer = setTimeout(look, WAIT);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) return look();
      activate((active + step + choices.length + (active < 0 && step < 0 ? 1 : 0)) % choices.length);
    } else if (event.key === 'Enter' && input.value.trim()) {
      event.preventDefault();
      active >= 0 ? choose(choices[active]) : add(input.value.trim());
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === 'Backspace' && !input.value && values.length) {
      remove(values.length - 1);
    }
  });
  // What was typed and not chosen counts as words, which the search looks up itself.
  input.addEventListener('blur', () => {
    clearTimeout(timer);
    if (input.value.trim()) add(input.value.trim());
    close();
  });
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    const option = event.target.closest('[role="option"]');
    if (option) choose(choices[[...list.children].indexOf(option)]);
  });
  draw();

  async function look() {
    const words = input.value.trim();
    if ([...words].length < FEWEST) return (told.textContent = '');
    asked?.abort();
    asked = new AbortController();
    const query = new URLSearchParams({ kind: text.dataset.lookup, q: words });
    if (account()) query.set('account_id', account());
    const answer = await fetch(`/api/v1/lookups?${query}`, { signal: asked.signal }).then((response) => response.json()).catch(() => undefined);
    if (!answer || input.value.trim() !== words || document.activeElement !== input) return;
    choices = answer.choices ?? [];
    const number = choices.length === 1 ? '1 choice' : `${choices.length} choices`;
    told.textContent = answer.note ?? answer.message ?? (choices.length ? `${number}. Arrow keys choose one; Enter alone takes the words as they are.` : 'Nothing is called that. Enter takes the words as they are.');
    open();
    // The account was busy: once more when it may be asked, unless somebody has typed on.
    if (answer.retry_after_ms && answer.retry_after_ms < 10000) timer = setTimeout(look, answer.retry_after_ms + 50);
  }

  function open() {
    list.replaceChildren(
      ...choices.map((choice, index) => {
        const option = element('li', { id: `${list.id}-${index}`, textContent: choice.title });
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        return option;
      }),
    );
    list.hidden = choices.length === 0;
    input.setAttribute('aria-expanded', String(!list.hidden));
    activate(-1);
  }

  function close() {
    choices = [];
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    activate(-1);
  }

  function activate(index) {
    active = index;
    [...list.children].forEach((option, at) => option.setAttribute('aria-selected', String(at === index)));
    const option = list.children[index];
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  }

  function choose(choice) {
    // Ids that are no digits cannot be asked for; their words can.
    add(/^\d+$/.test(choice.id) ? `${choice.title} [${choice.id}]` : choice.title);
  }

  function add(value) {
    if (values.includes(value)) toast(`${name(value)} is chosen already.`);
    else values.push(value);
    input.value = '';
    told.textContent = `${name(value)} added.`;
    close();
    write();
  }

  function remove(index) {
    const [value] = values.splice(index, 1);
    told.textContent = `${name(value)} removed.`;
    input.focus();
    write();
  }

  function write() {
    text.value = values.join('\n');
    text.dispatchEvent(new Event('input', { bubbles: true }));
    draw();
  }

  function draw() {
    chips.replaceChildren(
      ...values.map((value, index) => {
        const chip = element('li', { className: 'chip' });
        const button = element('button', { type: 'button', className: 'take-off', textContent: '×' });
        button.setAttribute('aria-label', `Remove ${name(value)}`);
        button.addEventListener('click', () => remove(index));
        chip.append(element('span', { className: 'break', textContent: name(value) }), button);
        return chip;
      }),
    );
    chips.hidden = values.length === 0;
  }
}

// "Berlin, Germany" of "Berlin, Germany [106967730]".
function name(value) {
  return value.replace(/ \[\d+\]$/, '');
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
