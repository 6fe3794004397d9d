// How the rows of a series are split, as the file writes it: by rows, by amounts (shares, rows, lengths of time), by dates or by
// a rolling origin, and the SplitSpec that it means.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { Amount, SplitSpec } from '../../study/dataset-source.js';
import { DURATION_PATTERN, durationMs, durationText } from '../duration.js';

export const MAX_ROW = 2 ** 31 - 1;
const ROUNDING = 1e-9;
const millisecondsOf = (date: string): number =>
  Date.parse(date.length === 10 || /(?:Z|[+-]\d{2}:\d{2})$/.test(date) ? date : `${date}Z`);

const rowRange = z.tuple([wholeNumber(0, MAX_ROW), wholeNumber(1, MAX_ROW)]);
const openRowRange = z.tuple([wholeNumber(0, MAX_ROW), wholeNumber(1, MAX_ROW).nullable()]);
const rowSplitSchema = strictObject({
  train: rowRange,
  validation: rowRange,
  test: openRowRange,
}).superRefine(checkRows);
const share = () => z.number().gt(0).lt(1);
const lengthOfTime = (or: string) =>
  z.string().regex(DURATION_PATTERN, `must be a length of time such as "30d", "4w" or "6h", or ${or}`);
const gap = () =>
  z
    .union([wholeNumber(1, MAX_ROW), z.literal('window'), lengthOfTime('a number of rows, or "window"')])
    .optional()
    .describe(
      'Rows, or a length of time, left out before validation and before test; "window": as many rows as the longest window takes',
    );
/** A share of the series, rows, or a length of time. */
const amount = () =>
  z.union([share(), wholeNumber(1, MAX_ROW), lengthOfTime('a share such as 0.2, or a number of rows')]);
const amountSplitSchema = strictObject({
  train: amount()
    .optional()
    .describe('Left out: all before the validation part, and the parts are laid from the end of the series'),
  validation: amount(),
  test: amount(),
  gap: gap(),
}).superRefine(checkAmounts);

/** 30 February is read as 2 March. */
const isDay = (day: string): boolean => new Date(day).toISOString().startsWith(day);
const DATE = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?$/;
const date = () =>
  z
    .string()
    .refine((text) => DATE.test(text) && !Number.isNaN(millisecondsOf(text)) && isDay(text.slice(0, 10)), {
      message: 'must be a date such as "2017-07-01" or "2017-07-01 06:00"',
    })
    .describe('A date, or a date and time, by the clock of the data');
const openPart = strictObject({ from: date().optional(), until: date().optional() });
const closedPart = openPart.extend({ until: date() });
const dateSplitSchema = strictObject({
  train: closedPart,
  validation: closedPart,
  test: openPart.prefault({}),
  gap: gap(),
}).superRefine(checkDates);

export const MAX_BLOCKS = 100;
const rollingSplitSchema = strictObject({
  rolling: strictObject({
    blocks: z
      .union([wholeNumber(2, MAX_BLOCKS), z.array(date()).min(2).max(MAX_BLOCKS)])
      .describe('Validation parts, one after the other, or the date at which each begins'),
    validation: amount()
      .optional()
      .describe(
        'Of each of them rows, a share of the series or a length of time; of dates left out: up to the next one',
      ),
    train: amount()
      .optional()
      .describe(
        'Of each training part rows, a share or a length of time; left out: all rows before its validation part',
      ),
  }),
  test: z
    .union([amount(), openPart.extend({ from: date() })])
    .describe('Rows at the end of the series, their share of it or a length of time; or from a date on'),
  gap: gap(),
}).superRefine(checkRolling);

export const splitSchema = z.union([rowSplitSchema, amountSplitSchema, dateSplitSchema, rollingSplitSchema]);
type SplitSection = z.output<typeof splitSchema>;

/** `windowRows`: rows that the longest window of the study takes up to its target; a gap may be as long. */
export function readSplit(written: SplitSection, windowRows: number): SplitSpec {
  const left = 'gap' in written ? written.gap : undefined;
  const gapRows = left === 'window' ? Math.max(1, windowRows) : left;
  const apart = gapRows === undefined ? {} : { gap: readAmount(gapRows) };
  if ('rolling' in written) {
    const { rolling, test } = written;
    const { blocks } = rolling;
    const ofBlocks = readAmounts({ validation: rolling.validation, train: rolling.train });
    const last = typeof test === 'object' ? test : readAmount(test);
    return { type: 'rolling', blocks, ...ofBlocks, test: last, ...apart } as SplitSpec;
  }
  const { train, validation, test } = written;
  if (!Array.isArray(validation) && typeof validation !== 'object') {
    const parts = { train, validation, test } as Omit<AmountSplit, 'gap'>;
    const type = Object.values(parts).every(isShare) ? 'fractions' : 'lengths';
    return { type, ...readAmounts(parts), ...apart } as SplitSpec;
  }
  if (!Array.isArray(validation)) return { type: 'dates', train, validation, test, ...apart } as SplitSpec;
  const rows = written as RowSplitSection;
  return {
    type: 'rows',
    train: { start: rows.train[0], end: rows.train[1] },
    validation: { start: rows.validation[0], end: rows.validation[1] },
    test: { start: rows.test[0], end: rows.test[1] },
  };
}

type RowSplitSection = z.output<typeof rowSplitSchema>;
type AmountSplit = z.output<typeof amountSplitSchema>;
type DateSplit = z.output<typeof dateSplitSchema>;
type RollingSection = z.output<typeof rollingSplitSchema>;
type AmountSection = z.output<ReturnType<typeof amount>>;

const isShare = (part: AmountSection | undefined): part is number => typeof part === 'number' && part < 1;

function readAmount(written: AmountSection): Amount {
  return typeof written === 'number' ? written : { seconds: durationMs(written) / 1000 };
}

/** Those that are stated. */
function readAmounts(written: Readonly<Record<string, AmountSection | undefined>>): Record<string, Amount> {
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, part]) => (part === undefined ? [] : [[name, readAmount(part)]])),
  );
}

function writeAmounts(amounts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const write = (part: unknown): unknown =>
    typeof part === 'object' && part !== null && 'seconds' in part
      ? durationText(Number(part.seconds) * 1000)
      : part;
  return Object.fromEntries(
    Object.entries(amounts).flatMap(([name, part]) => (part === undefined ? [] : [[name, write(part)]])),
  );
}

export function writeSplit(split: SplitSpec): Record<string, unknown> {
  const { type, ...parts } = split;
  if (split.type === 'rolling') {
    const { blocks, validation, train, test, gap: apart } = split;
    return { rolling: writeAmounts({ blocks, validation, train }), ...writeAmounts({ test, gap: apart }) };
  }
  if (split.type !== 'rows') return writeAmounts(parts);
  const { train, validation, test } = split;
  const rowsOf = ({ start, end }: { readonly start: number; readonly end: number | null }) => [start, end];
  return { train: rowsOf(train), validation: rowsOf(validation), test: rowsOf(test) };
}

function checkRows(split: RowSplitSection, context: z.RefinementCtx): void {
  const parts = (['train', 'validation', 'test'] as const).map((name) => ({
    name,
    start: split[name][0],
    end: split[name][1] ?? Number.POSITIVE_INFINITY,
  }));
  for (const [index, part] of parts.entries()) {
    if (part.start >= part.end)
      context.addIssue({
        code: 'custom',
        path: [part.name],
        message: `ends at row ${part.end}, which is not after its start ${part.start}`,
      });
    const overlapping = parts
      .slice(0, index)
      .find((other) => other.start < part.end && part.start < other.end);
    if (overlapping !== undefined)
      context.addIssue({
        code: 'custom',
        path: [part.name],
        message: `shares rows with ${overlapping.name}: what is learnt from would also be judged on`,
      });
  }
}

/** In the order of time: what is learnt from lies before what it is judged on. */
function checkDates({ train, validation, test }: DateSplit, context: z.RefinementCtx): void {
  const borders = [
    [['train', 'from'], train.from],
    [['train', 'until'], train.until],
    [['validation', 'from'], validation.from],
    [['validation', 'until'], validation.until],
    [['test', 'from'], test.from],
    [['test', 'until'], test.until],
  ] as const;
  const stated = borders.filter(([, date]) => date !== undefined);
  for (const [at, [path, date]] of stated.entries()) {
    const before = stated[at - 1];
    // A part may begin where the one before ends, and none ends where it begins.
    const isWrong =
      before !== undefined &&
      (path[1] === 'until'
        ? millisecondsOf(date!) <= millisecondsOf(before[1]!)
        : millisecondsOf(date!) < millisecondsOf(before[1]!));
    if (isWrong)
      context.addIssue({
        code: 'custom',
        path: [...path],
        message: `is ${date}, which is not after ${before[0].join('.')}, ${before[1]}`,
      });
  }
}

function checkAmounts(split: AmountSplit, context: z.RefinementCtx): void {
  const { gap: apart, ...parts } = split;
  const shares = Object.values(parts).filter(isShare);
  const sum = shares.reduce((all, one) => all + one, 0);
  if (sum > 1 + ROUNDING)
    context.addIssue({
      code: 'custom',
      message: `adds up to ${Number(sum.toFixed(6))}: the ${shares.length === 3 ? 'three fractions' : 'fractions'} may not exceed 1`,
    });
  refuseNone(parts, [], context);
  refuseNone({ gap: apart }, [], context);
}

/** `0d` is no length. */
function refuseNone(
  amounts: Readonly<Record<string, unknown>>,
  at: readonly string[],
  context: z.RefinementCtx,
): void {
  for (const [name, part] of Object.entries(amounts))
    if (typeof part === 'string' && part !== 'window' && durationMs(part) === 0)
      context.addIssue({
        code: 'custom',
        path: [...at, name],
        message: `is ${part}, which is no length of time`,
      });
}

function checkRolling({ rolling, test, gap: apart }: RollingSection, context: z.RefinementCtx): void {
  const { blocks, validation, train } = rolling;
  refuseNone({ validation, train }, ['rolling'], context);
  refuseNone({ test, gap: apart }, [], context);
  if (typeof blocks === 'number') {
    if (validation === undefined)
      context.addIssue({
        code: 'custom',
        path: ['rolling', 'validation'],
        message: 'is required: how long each of the blocks is, such as 720 rows, 0.1 of the series or "30d"',
      });
    return;
  }
  const ends = typeof test === 'object' ? [test.from, test.until].filter((end) => end !== undefined) : [];
  const borders = [
    ...blocks.map((day, at) => ({ day, path: ['rolling', 'blocks', at] })),
    ...ends.map((day, at) => ({ day, path: ['test', at === 0 ? 'from' : 'until'] })),
  ];
  for (const [at, { day, path }] of borders.entries()) {
    const before = borders[at - 1]?.day;
    if (before !== undefined && millisecondsOf(day) <= millisecondsOf(before))
      context.addIssue({ code: 'custom', path, message: `is ${day}, which is not after ${before}` });
  }
}
