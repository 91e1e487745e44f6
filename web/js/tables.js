// Tables whose columns can be chosen and widened; both are remembered in this browser.
//
//   <table class="table" data-table="jobs"> … <th data-column="made">Made</th>
//
// A column without `data-column` is always there.
const NARROWEST = 64;
const STEP = 16;

export function startTables() {
  dress();
  document.addEventListener('sluice:swapped', dress);
}

function dress() {
  for (const table of document.querySelectorAll('table[data-table]')) {
    const kept = read(table);
    for (const head of heads(table)) {
      show(table, head, !kept.hidden.includes(head.dataset.column));
      if (kept.widths[head.dataset.column]) widen(head, kept.widths[head.dataset.column]);
      if (!head.querySelector('.grip')) grip(table, head);
    }
    chooser(table);
  }
}

function heads(table) {
  return [...table.querySelectorAll('thead th[data-column]')];
}

function key(table) {
  return `sluice-table-${table.dataset.table}`;
}

function read(table) {
  const kept = JSON.parse(localStorage.getItem(key(table)) ?? '{}');
  return { hidden: kept.hidden ?? [], widths: kept.widths ?? {} };
}

function keep(table, change) {
  const kept = read(table);
  change(kept);
  localStorage.setItem(key(table), JSON.stringify(kept));
}

function show(table, head, visible) {
  for (const row of table.rows) {
    const cell = row.cells[head.cellIndex];
    if (cell && row.cells.length > head.cellIndex) cell.hidden = !visible;
  }
}

function widen(head, width) {
  head.style.minWidth = `${width}px`;
  head.style.width = `${width}px`;
}

function grip(table, head) {
  const handle = document.createElement('span');
  handle.className = 'grip';
  handle.tabIndex = 0;
  handle.role = 'separator';
  handle.ariaOrientation = 'vertical';
  handle.ariaLabel = `Width of ${head.textContent.trim()}`;
  handle.ariaValueNow = String(Math.round(head.offsetWidth));
  const set = (width) => {
    const next = Math.max(NARROWEST, Math.round(width));
    widen(head, next);
    handle.ariaValueNow = String(next);
    keep(table, (kept) => (kept.widths[head.dataset.column] = next));
  };
  handle.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const begin = event.clientX - head.offsetWidth;
    handle.onpointermove = (move) => set(move.clientX - begin);
    handle.onpointerup = () => (handle.onpointermove = null);
  });
  handle.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    set(head.offsetWidth + by);
  });
  head.append(handle);
}

function chooser(table) {
  const place = document.querySelector(`[data-columns-of="${CSS.escape(table.dataset.table)}"]`);
  if (!place || place.childElementCount) return;
  const drop = document.createElement('details');
  drop.className = 'drop';
  drop.id = `columns-${table.dataset.table}`;
  const summary = document.createElement('summary');
  summary.className = 'button bare tiny';
  summary.textContent = 'Columns';
  const panel = document.createElement('div');
  panel.className = 'panel choices-panel';
  for (const head of heads(table)) {
    const label = document.createElement('label');
    label.className = 'choice';
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.checked = !head.hidden;
    const name = head.dataset.column;
    box.addEventListener('change', () => {
      keep(table, (kept) => (kept.hidden = box.checked ? kept.hidden.filter((other) => other !== name) : [...kept.hidden, name]));
      dress();
    });
    label.append(box, head.textContent.trim());
    panel.append(label);
  }
  drop.append(summary, panel);
  place.append(drop);
}
