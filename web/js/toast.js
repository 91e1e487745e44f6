// Short words at the edge of the page, at most three; the oldest leaves first.
const SHOWN = 3;
const STAYS = 6000;

export function toast(text, hue = 'blue', link) {
  const box = document.getElementById('toasts');
  if (!box) return;
  const element = document.createElement('div');
  element.className = `toast hue-${hue}`;
  const words = document.createElement('span');
  words.textContent = text;
  element.append(words);
  if (link) {
    const anchor = document.createElement('a');
    anchor.href = link.href;
    anchor.textContent = link.text;
    element.append(anchor);
  }
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'button bare tiny';
  close.textContent = 'Dismiss';
  close.onclick = () => element.remove();
  element.append(close);
  box.append(element);
  while (box.children.length > SHOWN) box.firstElementChild.remove();
  if (hue !== 'red') setTimeout(() => element.remove(), STAYS);
}
