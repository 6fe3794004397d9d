// Something that cannot be shown, why, and what to do.
import type { Problem } from '../wire.js';
import { element } from './dom.js';

export function problemView({ code, message, hint }: Problem): HTMLElement {
  return element(
    'section',
    { class: 'empty', role: 'alert' },
    element('h2', {}, message),
    hint !== null && element('p', {}, hint),
    code !== 'GONE' && element('p', { class: 'quiet' }, code),
  );
}
