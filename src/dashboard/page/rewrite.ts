// A part of the page written anew while somebody reads it: what had the focus has it after, what was scrolled stays so.
import { type Child, replace } from './dom.js';

const SCROLLED = '.scroll, .story, .output';

/** As replace(). */
export function rewrite(host: HTMLElement, ...children: readonly Child[]): void {
  const focused = host.contains(document.activeElement) ? nameOf(document.activeElement!) : null;
  const before = [...host.querySelectorAll(SCROLLED)].map((one) => [nameOf(one), one.scrollTop] as const);
  replace(host, ...children);
  for (const one of host.querySelectorAll(SCROLLED)) {
    const known = before.find(([name]) => name === nameOf(one));
    if (known !== undefined) one.scrollTop = known[1];
  }
  if (focused === null) return;
  const again = [...host.querySelectorAll<HTMLElement>('a, button, input, select, [tabindex]')];
  again.find((one) => nameOf(one) === focused)?.focus({ preventScroll: true });
}

/** What tells an element from the others of its kind, whichever node it is. */
function nameOf(one: Element): string {
  const label = one.getAttribute('aria-label') ?? one.getAttribute('href');
  return `${one.tagName} ${one.className} ${label ?? one.closest('label, button')?.textContent ?? ''}`;
}
