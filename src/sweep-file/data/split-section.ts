// How the rows of a series are split, as the file writes it: by rows, by fractions, by dates or by a rolling origin, and the
// SplitSpec that it means.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { SplitSpec } from '../../study/dataset-source.js';

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
const gap = () =>
  z
    .union([wholeNumber(1, MAX_ROW), z.literal('window')])
    .optional()
    .describe(
      'Rows left out before validation and before test; "window": as many as the longest window takes',
    );
const fractionSplitSchema = strictObject({
  train: share(),
  validation: share(),
  test: share(),
  gap: gap(),
}).superRefine(checkFractions);

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

/** A share of the series, or rows. */
const amount = () => z.union([share(), wholeNumber(1, MAX_ROW)]);
export const MAX_BLOCKS = 100;
const rollingSplitSchema = strictObject({
  rolling: strictObject({
    blocks: wholeNumber(2, MAX_BLOCKS).describe('Validation parts, one after the other'),
    validation: amount().describe('Rows of each of them, or their share of the series'),
    train: amount()
      .optional()
      .describe('Rows of each training part, or their share; left out: all rows before its validation part'),
  }),
  test: amount().describe('Rows at the end of the series, or their share of it'),
  gap: gap(),
});

export const splitSchema = z.union([
  rowSplitSchema,
  fractionSplitSchema,
  dateSplitSchema,
  rollingSplitSchema,
]);
type SplitSection = z.output<typeof splitSchema>;

/** `windowRows`: rows that the longest window of the study takes up to its target; a gap may be as long. */
export function readSplit(written: SplitSection, windowRows: number): SplitSpec {
  const split =
    'gap' in written && written.gap === 'window' ? { ...written, gap: Math.max(1, windowRows) } : written;
  if ('rolling' in split) {
    const { rolling, ...rest } = split;
    return { type: 'rolling', ...rolling, ...rest } as SplitSpec;
  }
  if (typeof split.train === 'number') return { type: 'fractions', ...(split as FractionSplit) } as SplitSpec;
  if ('until' in split.train) {
    const { gap: rows, ...parts } = split as DateSplit;
    return { type: 'dates', ...parts, ...(rows === undefined ? {} : { gap: rows }) } as SplitSpec;
  }
  const rows = split as RowSplitSection;
  return {
    type: 'rows',
    train: { start: rows.train[0], end: rows.train[1] },
    validation: { start: rows.validation[0], end: rows.validation[1] },
    test: { start: rows.test[0], end: rows.test[1] },
  };
}

type RowSplitSection = z.output<typeof rowSplitSchema>;
type FractionSplit = z.output<typeof fractionSplitSchema>;
type DateSplit = z.output<typeof dateSplitSchema>;

export function writeSplit(split: SplitSpec): Record<string, unknown> {
  const { type, ...parts } = split;
  if (split.type === 'rolling') {
    const { blocks, validation, train, test, gap: rows } = split;
    return {
      rolling: { blocks, validation, ...(train === undefined ? {} : { train }) },
      test,
      ...(rows === undefined ? {} : { gap: rows }),
    };
  }
  if (split.type !== 'rows') return parts;
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

function checkFractions(split: FractionSplit, context: z.RefinementCtx): void {
  const sum = split.train + split.validation + split.test;
  if (sum > 1 + ROUNDING)
    context.addIssue({
      code: 'custom',
      message: `adds up to ${Number(sum.toFixed(6))}: the three fractions may not exceed 1`,
    });
}
