// The command palette: go anywhere, start anything. Its lines are links of the page, so it knows what the page knows.
export function startPalette() {
  const dialog = document.getElementById('palette');
  if (!dialog) return;
  const input = dialog.querySelector('input');
  const lines = [...dialog.querySelectorAll('[role="option"]')];
  let chosen = 0;

  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      dialog.open ? dialog.close() : open();
    }
  });
  input.addEventListener('input', () => choose(0));
  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(chosen + step);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      fitting()[chosen]?.click();
    }
  });

  function open() {
    input.value = '';
    dialog.showModal();
    choose(0);
  }

  function fitting() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    return lines.filter((line) => words.every((word) => line.textContent.toLowerCase().includes(word)));
  }

  function choose(index) {
    const fit = fitting();
    chosen = fit.length ? (index + fit.length) % fit.length : 0;
    for (const line of lines) {
      line.parentElement.hidden = !fit.includes(line);
      line.setAttribute('aria-selected', String(line === fit[chosen]));
    }
    input.setAttribute('aria-activedescendant', fit[chosen]?.id ?? '');
    fit[chosen]?.scrollIntoView({ block: 'nearest' });
    dialog.querySelector('[data-nothing]').hidden = fit.length > 0;
  }
}
