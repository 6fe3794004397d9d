// Which dimensions of a space may change in the middle of a training: those that nothing refers to but numbers which the next
// step takes as they are. What decides the shapes, the samples or the order of a training may not. Pure.
import type { JsonPath } from '../schema/json-path.js';
import { conditionsOf, type Space } from '../search/space/dimension.js';
import { dimensionOf, findReferences } from './reference.js';
import type { ReferencingSections } from './sweep-spec.js';

const MODEL_FIELDS: ReadonlySet<unknown> = new Set([
  'dropout',
  'recurrentDropout',
  'rate',
  'kernelL2',
  'recurrentL2',
]);
const TRAINING_FIELDS: ReadonlySet<unknown> = new Set(['learningRate', 'clipNorm']);

/** In words, for whoever asked for another one. */
export const CHANGEABLE_IN_WORDS =
  'learningRate, clipNorm, the numbers of an optimizer, dropout, recurrentDropout, kernelL2 and recurrentL2';

export type TrainedSections = Pick<ReferencingSections, 'model' | 'training'> & Partial<ReferencingSections>;

/** `sets`: the sections of the file, or of each of its variants. In the order of the space. */
export function changeableDimensions(space: Space, sets: readonly TrainedSections[]): string[] {
  const good = new Set<string>();
  const bad = new Set(Object.values(space).flatMap((each) => conditionsOf(each).map(({ parent }) => parent)));
  for (const { window, dataset, model, training } of sets)
    for (const { path, reference } of findReferences({ window, dataset, model, training }, []))
      (isChangeable(path) ? good : bad).add(dimensionOf(reference));
  return Object.keys(space).filter((name) => good.has(name) && !bad.has(name));
}

function isChangeable([section, ...path]: JsonPath): boolean {
  const field = path.findLast((part) => typeof part === 'string');
  if (section === 'model') return MODEL_FIELDS.has(field);
  if (section !== 'training') return false;
  return path.length === 1 ? TRAINING_FIELDS.has(field) : path[0] === 'optimizer' && field !== 'type';
}
