// One prepared dataset, described: its rows, what was found in its table, its columns; or its reviews.
import Table from 'cli-table3';
import type { DatasetMetadata, LabelFacts, ReviewFacts, SourceFacts } from '../../dataset/dataset.js';
import { describeDataset } from '../../dataset/describe-dataset.js';
import type { RowRange, SplitName } from '../../study/trial/trial.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { describeSeries } from '../terminal/describe-series.js';

export interface InfoOptions {
  readonly json?: boolean;
}

export async function printDataset(
  context: CliContext,
  digest: string,
  options: InfoOptions,
  facts?: SourceFacts,
  sayFound: (words: string) => string = (words) => words,
): Promise<number> {
  const description = await describeDataset(context.cacheDirectory, digest, null, facts);
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify(description, null, 2)}\n`);
    return 0;
  }
  const { metadata, path, columns, alsoFrom } = description;
  if (metadata.reviews !== undefined) {
    context.stdout.write(describeReviews(metadata, metadata.reviews, path));
    return 0;
  }
  const { source, split, time, missing } = metadata;
  const range = ({ start, end }: RowRange): string => `[${start}, ${end}]`;
  const lines = [
    `${source.name}${source.synthetic ? ' (synthetic)' : ''}: ${(metadata.rolling ?? metadata).rows.toLocaleString('en-US')} rows`,
    `file        ${path}`,
    `rows        train ${range(split.train)}, validation ${range(split.validation)}, test ${range(split.test)} (ends not included)`,
  ];
  if (time !== null) {
    const irregular =
      time.irregularSteps === 0
        ? ''
        : `, ${countOf(time.irregularSteps, 'step')} differ${time.irregularSteps === 1 ? 's' : ''}`;
    lines.push(`time        ${time.first} to ${time.last}, every ${time.stepSeconds} s${irregular}`);
  }
  if (metadata.series !== undefined) lines.push(`series      ${describeSeries(metadata.series)}`);
  if (metadata.labels !== undefined) lines.push(...describeLabels(metadata.labels));
  const found = (metadata.found ?? []).map(sayFound);
  if (found.length > 0) lines.push(`found       ${found.join(found[0]?.startsWith('--') ? ' ' : ', ')}`);
  if (alsoFrom.length > 0) lines.push(`also from   ${alsoFrom.join(', ')}: the same values`);
  if (missing.values > 0) lines.push(`missing     ${countOf(missing.values, 'value')}, ${missing.policy}`);
  const table = new Table({
    head: ['column', 'mean (train)', 'std (train)', 'min', 'max'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right'],
  });
  for (const { name, mean, std, min, max } of columns) {
    const decimals = decimalsOf(Math.max(std, (max - min) / 10));
    table.push([printable(name), ...[mean, std, min, max].map((value) => inDecimals(value, decimals))]);
  }
  context.stdout.write(`${lines.map(printable).join('\n')}\n${table.toString()}\n`);
  return 0;
}

const LEAST_DECIMALS = 2;
const MOST_DECIMALS = 12;

/** So many that a column's spread is seen to three digits. */
function decimalsOf(spread: number): number {
  if (!(spread > 0)) return LEAST_DECIMALS;
  return Math.min(MOST_DECIMALS, Math.max(LEAST_DECIMALS, 2 - Math.floor(Math.log10(spread))));
}

/** Never -0.00: what rounds to 0 has no sign. */
function inDecimals(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 10 ** -decimals))
    return value.toPrecision(6);
  const text = value.toFixed(decimals);
  return /^-0\.0*$/.test(text) ? text.slice(1) : text;
}

/** More are not listed. */
const MOST_CLASSES = 20;

function listClasses(classes: readonly { readonly name: string; readonly train: number }[]): string {
  const listed = classes
    .slice(0, MOST_CLASSES)
    .map(({ name, train }) => `${printable(name)} ${train.toLocaleString('en-US')}`);
  return `${listed.join(', ')}${classes.length > MOST_CLASSES ? `, … (${classes.length})` : ''}`;
}

function describeLabels({ column, classes, unlabelled }: LabelFacts): string[] {
  const left = unlabelled.train + unlabelled.validation + unlabelled.test;
  return [
    `classes     ${listClasses(classes)} of the training rows, by ${JSON.stringify(column)}`,
    ...(left === 0 ? [] : [`unlabelled  ${countOf(left, 'row')}`]),
  ];
}

function describeReviews(metadata: DatasetMetadata, reviews: ReviewFacts, path: string): string {
  const { source, split, rows } = metadata;
  const count = (value: number): string => value.toLocaleString('en-US');
  const part = (name: SplitName): string => {
    const { start, end } = split[name];
    if (reviews.classes !== undefined || reviews.tags !== undefined) return `${name} ${count(end - start)}`;
    return `${name} ${count(end - start)} (${(100 * reviews.positive[name]).toFixed(1)} % positive)`;
  };
  return [
    `${source.name}${source.synthetic ? ' (synthetic)' : ''}: ${count(rows)} reviews`,
    `file        ${path}`,
    `reviews     ${part('train')}, ${part('validation')}, ${part('test')}`,
    ...(reviews.classes === undefined
      ? []
      : [`classes     ${listClasses(reviews.classes)} of the training reviews`]),
    ...(reviews.tags === undefined
      ? []
      : [`labels      ${listClasses(reviews.tags.names)} of the training reviews`]),
    `words       ${count(reviews.words)} in all, ${count(reviews.vocabulary)} different ones with an id of their own`,
    `length      median ${count(reviews.medianLength)} words, longest ${count(reviews.longest)}`,
    '',
  ].join('\n');
}
