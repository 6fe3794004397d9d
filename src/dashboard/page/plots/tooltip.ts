// The one box that follows the pointer, or stands beside what has the focus.
import { element } from '../dom.js';

const box = element('div', { class: 'tooltip', hidden: true, role: 'tooltip' });

export function showTooltip(lines: readonly string[], clientX: number, clientY: number): void {
  if (!box.isConnected) document.body.append(box);
  box.replaceChildren(...lines.map((text, at) => element(at === 0 ? 'strong' : 'span', {}, text)));
  box.hidden = false;
  const { width, height } = box.getBoundingClientRect();
  const left = clientX + 14 + width > innerWidth ? clientX - 14 - width : clientX + 14;
  const top = Math.min(innerHeight - height - 6, Math.max(6, clientY - height / 2));
  box.style.setProperty('left', `${Math.max(6, left)}px`);
  box.style.setProperty('top', `${top}px`);
}

export function hideTooltip(): void {
  box.hidden = true;
}
