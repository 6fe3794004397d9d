// The classes and labels of reviews by all the names that a sweep file may give them, and what samples of each count while
// training.
import { SweepError } from '../../errors.js';
import type { ReviewSource } from '../../study/dataset-source.js';
import { plainLabel, USUAL_LABELS } from '../../study/trial/class-label.js';
import { nearest } from '../../wording/suggest.js';
import type { ClassWeights } from '../training-section.js';
import type { ClassShape, DatasetShape } from './data-kind.js';

const PATH = 'training.classWeights';
/** So many are named. */
const SHOWN_CLASSES = 20;

/** null: not known yet. Of two classes the data keep no names: those of the sources' `classes` go beside 0 and 1. */
export function classesOf(
  sources: readonly ReviewSource[],
  reviews: DatasetShape['reviews'],
  { train }: DatasetShape['split'],
): ClassShape[] | null {
  if (reviews === undefined) return null;
  if (reviews.classes !== undefined) return [...reviews.classes];
  const rows = train.end - train.start;
  const positive = Math.round(reviews.positive.train * rows);
  const pairs = sources.flatMap((source) =>
    source.type === 'table' && source.classes !== undefined ? [source.classes.map(plainLabel)] : [],
  );
  return [rows - positive, positive].map((count, place): ClassShape => {
    const names = [...new Set(pairs.map((pair) => pair[place]!))];
    // A name that is the other class in another source names neither.
    const own = names.filter((name) => pairs.every((pair) => pair[1 - place] !== name));
    const usual = [...USUAL_LABELS].flatMap(([label, number]) => (number === place ? [label] : []));
    // Labels that are 0 and 1 themselves may be the other way around: then they are what they are named.
    const isNumbered = !pairs.flat().some((label) => USUAL_LABELS.has(label));
    const [name = String(place), ...also] = isNumbered
      ? [...own, ...(own.length === 0 ? usual : usual.slice(0, 1))]
      : own;
    return { name, train: count, also };
  });
}

/** "balanced": all samples over those of the class, over the classes (as scikit-learn's and Keras' users have it). */
export function weightsOf(classes: readonly ClassShape[], asked: ClassWeights): number[] {
  return asked === 'balanced' ? balanced(classes) : weightsByName(classes, asked);
}

/** Of labels of which a sample may have several; "balanced": samples without the label over those that have it. */
export function labelWeightsOf(
  labels: readonly ClassShape[],
  samples: number,
  asked: ClassWeights,
): number[] {
  if (asked !== 'balanced') return weightsByName(labels, asked);
  const empty = labels.find(({ train }) => train === 0 || train === samples);
  if (empty !== undefined)
    throw new SweepError(
      'SPEC_INVALID',
      `${empty.train === 0 ? 'no training sample has' : 'all training samples have'} the label ${JSON.stringify(empty.name)}`,
      { path: PATH, hint: 'leave the label out, or give each a weight' },
    );
  return labels.map(({ train }) => (samples - train) / train);
}

function balanced(classes: readonly ClassShape[]): number[] {
  const total = classes.reduce((sum, { train }) => sum + train, 0);
  const empty = classes.find(({ train, fewest = train }) => fewest === 0);
  if (empty !== undefined)
    throw new SweepError(
      'SPEC_INVALID',
      `no training sample${empty.fewest === undefined ? '' : ' of a block of the rolling origin'} has the label ${JSON.stringify(empty.name)}`,
      {
        path: PATH,
        hint: 'leave its rows out with "where", or give each label a weight',
      },
    );
  return classes.map(({ train }) => total / (classes.length * train));
}

function weightsByName(classes: readonly ClassShape[], asked: Exclude<ClassWeights, 'balanced'>): number[] {
  const places = new Map(
    classes.flatMap(({ name, also = [] }, place) => [name, ...also].map((one) => [one, place])),
  );
  const weights = new Map<number, { readonly written: string; readonly weight: number }>();
  for (const [written, weight] of Object.entries(asked)) {
    const place = places.get(plainLabel(written));
    if (place === undefined) throw namesNoLabel(written, classes);
    const before = weights.get(place);
    if (before !== undefined)
      throw new SweepError(
        'SPEC_INVALID',
        `gives one class two weights: ${JSON.stringify(before.written)} and ${JSON.stringify(written)} are the same label`,
        { path: PATH, hint: 'leave one of them out' },
      );
    weights.set(place, { written, weight });
  }
  return classes.map((_, place) => weights.get(place)?.weight ?? 1);
}

function namesNoLabel(written: string, classes: readonly ClassShape[]): SweepError {
  const near = nearest(
    plainLabel(written),
    classes.flatMap(({ name, also = [] }) => [name, ...also]),
  );
  const shown = classes
    .slice(0, SHOWN_CLASSES)
    .map(({ name, also = [] }) => [name, ...also].map((one) => JSON.stringify(one)).join(' or '));
  const more = classes.length > SHOWN_CLASSES ? ', …' : '';
  // Of two classes that the source does not name the data keep no names.
  const nameless = classes.length === 2 && classes[0]!.also?.includes('neg') === true;
  const known = `the classes are ${shown.join(', ')}${more}${nameless ? '; "classes": ["ham", "spam"] in the source names them' : ''}`;
  return new SweepError('SPEC_INVALID', `names no label: ${JSON.stringify(written)}`, {
    path: PATH,
    hint: near === undefined ? known : `did you mean ${JSON.stringify(near)}? ${known}`,
  });
}
