// Which labels of rows are classes: those that are listed, or those of the training rows. What is learnt nowhere cannot be
// answered, so that a label of other rows alone is refused with what to do about it.
import { SweepError } from '../../errors.js';
import type { RowSplit, SplitName } from '../../study/trial/trial.js';
import { countOf } from '../../wording/plural.js';
import type { LabelFacts } from '../dataset.js';
import type { Turn } from '../turns.js';
import { type LabelNames, UNLABELLED } from './label-codes.js';
import type { RowStore } from './row-store.js';

const SPLITS: readonly SplitName[] = ['train', 'validation', 'test'];
const EARLIER: readonly SplitName[] = ['train', 'validation'];
/** So many are named. */
const MOST_NAMED = 6;

export interface FoundLabels {
  readonly facts: LabelFacts;
  /** Training rows of each class, of each block. */
  readonly trainOfBlocks: readonly (readonly number[])[];
  /** The number of a label's class, or UNLABELLED. */
  readonly classOf: (label: number) => number;
  readonly notices: readonly string[];
}

/** Of each label its rows in each part, and rows without one. */
interface PartCounts {
  readonly counts: Readonly<Record<SplitName, number[]>>;
  readonly unlabelled: Record<SplitName, number>;
}

/** The labels are the last column of the store. O(rows · blocks). Throws SPEC_INVALID. */
export async function findLabels(
  store: RowStore,
  /** Of a rolling origin those of all blocks, from the latest; otherwise the only one. */
  splits: readonly RowSplit[],
  {
    column,
    names,
    isListed,
  }: { readonly column: string; readonly names: LabelNames; readonly isListed: boolean },
  turn: Turn,
): Promise<FoundLabels> {
  const blocks: PartCounts[] = [];
  // The test part is that of the latest block.
  for (const [back, split] of splits.entries())
    blocks.push(await countParts(store, split, back === 0 ? SPLITS : EARLIER, names, turn));
  const [{ counts, unlabelled }] = blocks as [PartCounts];
  const all = names.map((_, label) => label);
  // A label that one block alone learns is a class of all of them: their models have the same answers.
  const learnt = all.filter((label) => blocks.some((block) => block.counts.train[label]! > 0));
  if (isListed) requireRows(all.filter((label) => counts.train[label] === 0).map((label) => names[label]!));
  const order = isListed ? all : learnt.sort((left, right) => byOrder(names[left]!, names[right]!));
  for (const [back, block] of blocks.entries()) {
    const own = order.filter((label) => block.counts.train[label]! > 0);
    const where = blocks.length === 1 ? '' : ` of block ${blocks.length - back} of ${blocks.length}`;
    requireSeveral(column, own, names, where);
    requireLearnt(
      all.filter((label) => block.counts.train[label] === 0 && judgedWith(block, label) > 0),
      own,
      names,
      block,
      { judged: back === 0 ? 'validation and test' : 'validation', where },
    );
  }
  const classes = order.map((label) => ({
    name: names[label]!,
    train: counts.train[label]!,
    validation: counts.validation[label]!,
    test: counts.test[label]!,
  }));
  const numbers = new Map(order.map((label, number) => [label, number]));
  return {
    facts: { column, classes, unlabelled },
    trainOfBlocks: blocks.map((block) => order.map((label) => block.counts.train[label]!)),
    classOf: (label) => numbers.get(label) ?? UNLABELLED,
    notices: [...describeClasses(column, classes, isListed), ...describeUnlabelled(unlabelled, isListed)],
  };
}

async function countParts(
  store: RowStore,
  split: RowSplit,
  parts: readonly SplitName[],
  names: LabelNames,
  turn: Turn,
): Promise<PartCounts> {
  const counts = { train: zeros(names), validation: zeros(names), test: zeros(names) };
  const unlabelled = { train: 0, validation: 0, test: 0 };
  for (const name of parts)
    await store.forEachBlock(split[name].start, split[name].end, turn, (values, count) => {
      for (let row = 0, at = store.features - 1; row < count; row++, at += store.features) {
        const label = values[at]!;
        if (label === UNLABELLED) unlabelled[name]++;
        else counts[name][label]!++;
      }
    });
  return { counts, unlabelled };
}

function judgedWith({ counts }: PartCounts, label: number): number {
  return counts.validation[label]! + counts.test[label]!;
}

function zeros({ length }: LabelNames): number[] {
  return new Array<number>(length).fill(0);
}

/** Numbers by their size, then all other labels. */
export function byOrder(left: string, right: string): number {
  const [one, other] = [Number(left), Number(right)];
  if (Number.isNaN(one) !== Number.isNaN(other)) return Number.isNaN(one) ? 1 : -1;
  if (!Number.isNaN(one) && one !== other) return one - other;
  return left < right ? -1 : left > right ? 1 : 0;
}

function shown(names: readonly string[]): string {
  const some = names.slice(0, MOST_NAMED).map((name) => JSON.stringify(name));
  return `${some.join(', ')}${names.length > MOST_NAMED ? ', …' : ''}`;
}

function requireRows(without: readonly string[]): void {
  if (without.length === 0) return;
  throw new SweepError(
    'SPEC_INVALID',
    `no training row has the label ${shown(without)}: there is nothing to learn it from`,
    { path: 'dataset.classes', hint: 'leave it out of "classes", or split otherwise: "split"' },
  );
}

function requireSeveral(column: string, order: readonly number[], names: LabelNames, where: string): void {
  if (order.length > 1) return;
  const [only] = order;
  throw new SweepError(
    'SPEC_INVALID',
    only === undefined
      ? `no training row${where} has a label: "${column}" is empty there`
      : `all labels of the training rows${where} are ${JSON.stringify(names[only])}: there is nothing to tell apart`,
    {
      path: 'dataset.target',
      hint: 'name the column of the labels in "target", or split otherwise: "split"',
    },
  );
}

function requireLearnt(
  unknown: readonly number[],
  order: readonly number[],
  names: LabelNames,
  block: PartCounts,
  { judged, where }: { readonly judged: string; readonly where: string },
): void {
  const [first] = unknown;
  if (first === undefined) return;
  const rows = countOf(judgedWith(block, first), 'row');
  const others =
    unknown.length === 1
      ? ''
      : ` (and ${unknown.length - 1} more: ${shown(unknown.slice(1).map((label) => names[label]!))})`;
  throw new SweepError(
    'SPEC_INVALID',
    `the label ${JSON.stringify(names[first])}${others} is on ${rows} of the ${judged} part and on none of the training part${where}, so that no model can learn it`,
    {
      path: 'dataset.split',
      hint: `split otherwise, or name the labels that are learnt, which leaves out rows of others: "classes": [${shown(order.map((label) => names[label]!))}]`,
    },
  );
}

function describeClasses(
  column: string,
  classes: LabelFacts['classes'],
  isListed: boolean,
): readonly string[] {
  if (isListed) return [];
  const named = classes
    .slice(0, MOST_NAMED)
    .map(
      ({ name, train }, number) => `${JSON.stringify(name)}: ${number} (${countOf(train, 'training row')})`,
    );
  return [
    `"${column}" is read as ${classes.length} classes, by their order: ${named.join(', ')}${classes.length > MOST_NAMED ? ', …' : ''}`,
  ];
}

function describeUnlabelled(
  { train, validation, test }: LabelFacts['unlabelled'],
  isListed: boolean,
): readonly string[] {
  const rows = train + validation + test;
  if (rows === 0) return [];
  return [
    `${countOf(rows, 'row')} ${rows === 1 ? 'has' : 'have'} no label${isListed ? ' that is in "classes"' : ''} (${train} of the training part, ${validation} of the validation part, ${test} of the test part): windows of such a label are left out, the rows are read in others`,
  ];
}
