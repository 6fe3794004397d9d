// A part of the page written anew while somebody reads it: what had the focus has it after, what was scrolled stays so.
import { type Child, replace } from './dom.js';

const SCROLLED = '.scroll, .story, .output, .confusion-scroll';

/** As replace(). What lasts among the children may be taken out of the host while they are made. */
export function rewrite(host: HTMLElement, makeChildren: () => readonly Child[]): void {
  const focused = host.contains(document.activeElement) ? nameOf(document.activeElement!) : null;
  const before = [...host.querySelectorAll(SCROLLED)].map(
    (one) => [nameOf(one), one.scrollLeft, one.scrollTop] as const,
  );
  replace(host, ...makeChildren());
  for (const one of host.querySelectorAll(SCROLLED)) {
    const known = before.find(([name]) => name === nameOf(one));
    if (known !== undefined) [, one.scrollLeft, one.scrollTop] = known;
  }
  if (focused === null) return;
  const again = [...host.querySelectorAll<HTMLElement>('a, button, input, select, [tabindex]')];
  again.find((one) => nameOf(one) === focused)?.focus({ preventScroll: true });
}

/** What tells an element from the others of its kind, whichever node it is, and wherever it leads by now. */
function nameOf(one: Element): string {
  const label = one.getAttribute('aria-label') ?? one.closest('label, button, a')?.textContent;
  return `${one.tagName} ${one.className} ${label ?? ''}`;
}
