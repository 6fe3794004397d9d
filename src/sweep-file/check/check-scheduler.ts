// What a scheduler needs of the rest of the sweep file, so that none does nothing in silence.
import { valueAt } from '../../schema/json-path.js';
import { SCHEDULERS } from '../../search/registry.js';
import { seedsNeeded } from '../../search/schedulers/wilcoxon.js';
import type { Problems } from '../problems.js';

/** Works on what is written, however wrong: what a schema says is said elsewhere. */
export function checkScheduler(document: unknown, problems: Problems): void {
  const section = SCHEDULERS.wilcoxon.schema.safeParse(valueAt(document, ['scheduler']));
  if (!section.success) return;
  const { pValue } = section.data;
  const repeats = valueAt(document, ['repeats']) ?? 1;
  const needed = seedsNeeded(pValue);
  if (typeof repeats !== 'number' || repeats >= needed) return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['scheduler'],
    message: `compares seeds and would never stop one: a p-value below ${pValue} takes ${needed} of them, and "repeats" is ${repeats}`,
    hint: `set "repeats" to ${needed} or more, or take another scheduler`,
  });
}
