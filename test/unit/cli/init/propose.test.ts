// Whatever a table looks like, the proposal is a sweep file that the parser takes, whose windows fit into its splits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { proposeSweep } from '../../../../src/cli/init/propose.js';
import type { ColumnSketch, TableSketch } from '../../../../src/cli/init/table-sketch.js';
import { SweepError } from '../../../../src/errors.js';
import { parseSweepSpec } from '../../../../src/sweep-file/parse.js';

const HOUR = 3600;

function tableOf(columns: readonly ColumnSketch[]): TableSketch {
  const [first] = columns;
  const rows =
    first === undefined
      ? 0
      : first.kind === 'text'
        ? first.texts.length
        : first.kind === 'time'
          ? first.seconds.length
          : first.values.length;
  return { rows, columns, settings: {} };
}

const numbers = (name: string, count: number, at: (row: number) => number): ColumnSketch => ({
  kind: 'number',
  name,
  values: Float64Array.from({ length: count }, (_, row) => at(row)),
});
const times = (count: number, at: (row: number) => number): ColumnSketch => ({
  kind: 'time',
  name: 'time',
  seconds: Float64Array.from({ length: count }, (_, row) => at(row)),
});
const texts = (name: string, all: readonly string[]): ColumnSketch => ({ kind: 'text', name, texts: all });

interface Document {
  readonly name: string;
  readonly dataset: {
    readonly kind?: string;
    readonly source: Readonly<Record<string, unknown>>;
    readonly target: { readonly column: string; readonly as: string; readonly period?: number };
    readonly series?: string;
    readonly minRows?: number;
    readonly split: Readonly<Record<string, number>>;
  };
  readonly window: { readonly lookback: number; readonly step: number; readonly delay: number };
  readonly space: { readonly as: readonly string[] };
}

function propose(table: TableSketch, target: string | null = null, name = 'data') {
  const proposal = proposeSweep(table, { path: 'data.csv', target, name });
  return { ...proposal, document: proposal.sweep as unknown as Document };
}

const load = (row: number): number =>
  100 +
  10 * Math.sin((2 * Math.PI * row) / 24) -
  (Math.floor(row / 24) % 7 > 4 ? 12 : 0) +
  ((row * 7919) % 13) / 10;

test('an hourly load: target by its name, a week back, a day ahead', () => {
  const count = 24 * 7 * 20;
  const { kind, document, remarks } = propose(
    tableOf([
      times(count, (row) => 1.7e9 + row * HOUR),
      numbers('load (MW)', count, load),
      numbers('wind', count, (row) => (row * 31) % 17),
    ]),
  );
  assert.equal(kind, 'series');
  assert.deepEqual(document.dataset.target, { column: 'load (MW)', as: '$as', period: 168 });
  assert.deepEqual(document.space.as, ['level', 'difference', 'seasonal-difference']);
  assert.deepEqual(document.dataset.source, { csv: 'data.csv', time: 'time' });
  assert.deepEqual(document.window, { lookback: 168, step: 1, delay: 23 });
  const text = remarks.flatMap(({ lines }) => lines).join('\n');
  assert.match(text, /a row every hour\.\nNo gaps\./);
  assert.match(text, /24 rows \(1 day\).*168 rows \(1 week\)/);
});

test('gaps, missing values, constant and counting columns are said and left out', () => {
  const count = 600;
  const { document, remarks } = propose(
    tableOf([
      times(count, (row) => 1.7e9 + (row + (row > 300 ? 5 : 0)) * HOUR),
      numbers('id', count, (row) => row + 1),
      numbers('flat', count, () => 3),
      numbers('sparse', count, (row) => (row % 2 === 0 ? Number.NaN : row)),
      numbers('load', count, (row) => (row === 40 ? Number.NaN : load(row))),
    ]),
  );
  assert.deepEqual(document.dataset.source, {
    csv: 'data.csv',
    time: 'time',
    onMissing: 'forward-fill',
    columns: ['load'],
  });
  const text = remarks.flatMap(({ lines }) => lines).join('\n');
  assert.match(text, /"id", as it only counts the rows/);
  assert.match(text, /"flat", as it never varies/);
  assert.match(text, /"sparse", as 50 % of it is missing/);
  assert.match(text, /1 gap, 5 rows missing/);
});

test('rows from the newest to the oldest are sorted by a named setting', () => {
  const newest = propose(tableOf([times(100, (row) => 1.7e9 - row * HOUR), numbers('close', 100, load)]));
  assert.equal(newest.document.dataset.source.order, 'sort');
  const { target } = newest.document.dataset;
  const seasonal = newest.document.space.as.includes('seasonal-difference');
  assert.equal(seasonal, target.period !== undefined, 'a change since a season only where there is one');
});

test('a table of stores: the column that tells them apart, short ones left out', () => {
  const stores = 5;
  const days = 120;
  const count = stores * days + 12;
  const storeOf = (row: number): number => (row < stores * days ? row % stores : stores);
  const dayOf = (row: number): number =>
    row < stores * days ? Math.floor(row / stores) : row - stores * days;
  const { document, remarks } = propose(
    tableOf([
      times(count, (row) => 1.7e9 + dayOf(row) * 24 * HOUR),
      numbers('store', count, storeOf),
      numbers('open', count, (row) => (dayOf(row) % 7 === 6 ? 0 : 1)),
      numbers('sales', count, (row) => 50 * storeOf(row) + load(dayOf(row) * 3)),
    ]),
  );
  assert.equal(document.dataset.series, 'store');
  assert.equal(document.dataset.target.column, 'sales');
  assert.equal(document.dataset.minRows, 30);
  assert.match(remarks.flatMap(({ lines }) => lines).join('\n'), /6 series in one table/);
});

test('texts with two labels are reviews, whatever the labels are called', () => {
  const all = Array.from({ length: 80 }, (_, row) => `message number ${row} says something ${row % 7}`);
  const { kind, document, remarks } = propose(
    tableOf([
      texts(
        'v1',
        all.map((_, row) => (row % 4 === 0 ? 'spam' : 'ham')),
      ),
      texts('v2', all),
    ]),
  );
  assert.equal(kind, 'reviews');
  assert.deepEqual(
    { ...document.dataset.source },
    { csv: 'data.csv', text: 'v2', label: 'v1', classes: ['ham', 'spam'] },
  );
  assert.match(remarks[0]!.lines.join('\n'), /"ham" \(60 rows\) and "spam" \(20 rows\)/);
});

test('a text for a target is the class of each row, and what no row to train on has is left out', () => {
  const states = Array.from({ length: 300 }, (_, row) => (row > 290 ? 'late' : row % 7 < 3 ? 'on' : 'off'));
  const table = tableOf([times(300, (row) => row * HOUR), numbers('x', 300, load), texts('state', states)]);
  const { document, kind, remarks } = propose(table, 'state');
  assert.equal(kind, 'labelled');
  const { task, target, classes } = document.dataset as unknown as Record<string, unknown>;
  assert.deepEqual({ task, target, classes }, { task: 'classify', target: 'state', classes: ['off', 'on'] });
  assert.match(JSON.stringify(remarks), /leaves out rows of \\"late\\"/);
  const spec = parseSweepSpec(JSON.stringify(document), 'data.json');
  assert.equal(spec.dataset?.kind, 'labelled');
  // Without a target a column of numbers is forecast, as ever.
  assert.equal(propose(table).kind, 'series');
});

test('what cannot be proposed for is refused with what the table has', () => {
  const series = tableOf([
    times(100, (row) => row),
    numbers('load', 100, load),
    texts('note', Array(100).fill('a')),
  ]);
  const refusals: [TableSketch, string | null, RegExp][] = [
    [series, 'laod', /no column "laod"/],
    [series, 'note', /"note" of data\.csv is not a column of numbers/],
    [tableOf([numbers('load', 10, load)]), null, /10 rows: too few to learn from/],
    [tableOf([numbers('flat', 100, () => 1)]), null, /no column of numbers that varies/],
  ];
  for (const [table, target, expected] of refusals)
    assert.throws(
      () => propose(table, target),
      (error: SweepError) => error.code === 'USAGE' && expected.test(error.message),
    );
});

/** Columns of any kinds, with any names, of one number of rows. */
const tables = fc.integer({ min: 1, max: 300 }).chain((rows) => {
  const value = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.integer({ min: 0, max: 3 }),
    fc.constant(Number.NaN),
  );
  const name = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== '');
  const list = <Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
    fc.array(one, { minLength: rows, maxLength: rows });
  const column = fc.oneof(
    fc
      .record({ name, values: list(value) })
      .map(({ name, values }): ColumnSketch => numbers(name, rows, (row) => values[row]!)),
    fc
      .record({ name, seed: fc.integer({ min: 1, max: 1000 }) })
      .map(({ name, seed }): ColumnSketch => numbers(name, rows, (row) => Math.sin(row / seed) * seed)),
    fc
      .record({ name, every: fc.integer({ min: 1, max: 9 }) })
      .map(({ name, every }): ColumnSketch => numbers(name, rows, (row) => row % every)),
    fc
      .record({ step: fc.constantFrom(-3600, 60, 3600, 86400), each: fc.integer({ min: 1, max: 9 }) })
      .map(({ step, each }): ColumnSketch => times(rows, (row) => 1.6e9 + Math.floor(row / each) * step)),
    fc
      .record({ name, words: list(fc.constantFrom('a', 'b', 'one two three', 'four five six seven', '')) })
      .map(({ name, words }): ColumnSketch => texts(name, words)),
  );
  return fc
    .uniqueArray(column, { minLength: 1, maxLength: 6, selector: ({ name }) => name })
    .map((columns): TableSketch => ({ rows, columns, settings: {} }));
});

test('for any table a proposal is taken by the parser and has a window in each split, or is refused', () => {
  let proposed = 0;
  fc.assert(
    fc.property(tables, fc.string(), (table, name) => {
      let document: Document;
      let kind: string;
      try {
        ({ document, kind } = propose(table, null, name));
      } catch (error) {
        assert.ok(error instanceof SweepError && error.code === 'USAGE', String(error));
        return;
      }
      proposed++;
      parseSweepSpec(JSON.stringify(document), 'data.json');
      if (kind === 'reviews') return;
      const { lookback, delay } = document.window;
      const { series, minRows = 1, split } = document.dataset;
      const rows = series === undefined ? table.rows : minRows;
      if (series !== undefined && minRows === 1) return;
      assert.ok(
        rows * Math.min(...Object.values(split)) >= lookback + delay + 1,
        JSON.stringify(document.window),
      );
    }),
    { numRuns: 400 },
  );
  assert.ok(proposed > 40, `${proposed} were proposed`);
});

test('several targets are forecast at once; 0/1 columns beside a text are its labels', () => {
  const hours = 2000;
  const series = tableOf([
    times(hours, (row) => row * HOUR),
    numbers('wind', hours, (row) => 5 + Math.cos(row / 7) + ((row * 31) % 17) / 10),
    numbers('load', hours, load),
  ]);
  const request = { path: 'data.csv', name: 'data' };
  const several = proposeSweep(series, { ...request, target: 'load', others: ['wind'] });
  const { dataset } = several.sweep as unknown as { dataset: { target: object } };
  const { column: _, ...learnt } = propose(series, 'load').document.dataset.target;
  assert.deepEqual(dataset.target, { columns: ['load', 'wind'], ...learnt });
  parseSweepSpec(JSON.stringify(several.sweep), 'data.json');
  assert.match(several.remarks[0]!.lines[0]!, /^Targets, forecast at once: "load", "wind"/);
  for (const [others, message] of [
    [['load'], /--target names "load" twice/],
    [['win'], /has no column "win"/],
    [['time'], /"time" of data\.csv is not a column of numbers/],
  ] as const)
    assert.throws(() => proposeSweep(series, { ...request, target: 'load', others }), message);

  const rows = 100;
  const words = tableOf([
    texts(
      'text',
      Array.from({ length: rows }, (_, row) => `some words of text ${row}`),
    ),
    numbers('sport', rows, (row) => row % 2),
    numbers('trade', rows, (row) => (row % 3 === 0 ? 1 : 0)),
    numbers('size', rows, (row) => row % 7),
  ]);
  const labels = proposeSweep(words, { ...request, target: 'trade', others: ['sport'] });
  const { source } = (labels.sweep as unknown as { dataset: { source: object } }).dataset;
  assert.deepEqual(source, { csv: 'data.csv', text: 'text', label: ['trade', 'sport'] });
  parseSweepSpec(JSON.stringify(labels.sweep), 'data.json');
  assert.match(
    labels.remarks[0]!.lines.join(' '),
    /"trade", "sport" are labels of which a text may have any.*Not used: "size"/,
  );
});

test('targets of 0 and 1 are said to be forecast as numbers, and what tells them as classes', () => {
  const table = tableOf([
    times(400, (row) => row * HOUR),
    numbers('x', 400, load),
    numbers('on', 400, (row) => row % 3 && 1),
    numbers('off', 400, (row) => row % 2),
  ]);
  const said = (target: string, others: readonly string[]): string =>
    proposeSweep(table, { path: 'data.csv', target, others, name: 'data' })
      .remarks.flatMap(({ lines }) => lines)
      .join('\n');
  assert.match(
    said('on', ['off']),
    /"on", "off" hold 0 and 1 alone and are forecast as numbers; .*"task": "classify"/,
  );
  assert.match(said('x', ['off']), /"off" holds 0 and 1 alone/);
  assert.doesNotMatch(said('x', []), /"classify"/);
});
