// Several series by turns in one table, as devices write it whose times never coincide: by the first rows, in which a value is
// far from that of the row before and close to that of the row before with the same text.
import { settingWords } from '../table/dialect.js';
import { numberReader, USUAL_FORM } from '../table/number-sql.js';
import type { Table } from '../table/table.js';
import type { CsvLayout } from './csv-header.js';
import { isMissingText } from './csv-numbers.js';
import { idColumns } from './series-joints.js';
import { isClock } from './times/loose-dates.js';
import { namesPart } from './times/named-periods.js';

const MOST_SERIES = 20;
/** Of each text, so that its own differences say something. */
const LEAST_ROWS = 4;
/** Of the rows, how many follow one with another text. */
const LEAST_TURNS = 0.25;
/** How many times farther the row before is than the one with the same text. */
const APART = 5;

/** Names of days come back as often as a device does. */
const DAY_NAME = /^(?:mon|tue|wed|thu|fri|sat|sun)/i;

/** What to say of columns that may tell series apart. */
export function describeMixed(table: Table, layout: CsvLayout, isNamed: boolean): string[] {
  const { names, textColumns, featureColumns } = layout;
  const toNumber = numberReader(table.dialect ?? USUAL_FORM);
  const ids = isNamed ? [] : idColumns(table, layout);
  const columns = [...textColumns.map(({ name }) => names.indexOf(name)), ...ids];
  return columns.flatMap((column) => {
    const texts = table.sample.map((row) => row[column] ?? '');
    const features = featureColumns.filter((feature) => feature !== column);
    const values = features.map((feature) => table.sample.map((row) => toNumber(row[feature] ?? '')));
    if (texts.some((text) => DAY_NAME.test(text)) || texts.every(namesPart)) return [];
    const name = names[column]!;
    const { unread, clock } = layout;
    const ofTime = unread === null ? [] : [unread.column, ...unread.others, clock?.column];
    if (unread !== null && !ofTime.includes(column)) {
      const dates = table.sample.map((row) => (row[unread.column] ?? '').trim());
      if (arePanel(texts, dates))
        return [
          `"${names[unread.column]}" comes more than once, and not with the same ${JSON.stringify(name)}: if these are several series, ${settingWords('series', name)} tells them apart`,
        ];
    }
    if (!areMixed(texts, values)) return [];
    return [
      `rows with the same ${JSON.stringify(name)} are close to each other, and far from those between them: if these are several series by turns, ${settingWords('series', name)} tells them apart`,
    ];
  });
}

/** Whether each of a few texts has a row at the same dates, and none two. */
function arePanel(texts: readonly string[], dates: readonly string[]): boolean {
  if (texts.some((text) => isMissingText(text) || isClock(text))) return false;
  const series = new Set(texts);
  const days = new Set(dates);
  if (series.size < 2 || series.size > MOST_SERIES || days.size < LEAST_ROWS) return false;
  const pairs = new Set(texts.map((text, row) => JSON.stringify([text, dates[row]])));
  // All series at nearly all dates, but for the last one, which the first rows may cut.
  return pairs.size === texts.length && texts.length > series.size * (days.size - 1);
}

/** Whether the rows of a column's `texts` belong to several series. `values`: of each feature; NaN: missing. */
function areMixed(texts: readonly string[], values: readonly (readonly number[])[]): boolean {
  if (texts.some(isMissingText)) return false;
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  if (counts.size < 2 || counts.size > MOST_SERIES) return false;
  if ([...counts.values()].some((count) => count < LEAST_ROWS)) return false;
  const turns = texts.filter((text, row) => row > 0 && text !== texts[row - 1]).length;
  if (turns < LEAST_TURNS * texts.length) return false;
  return values.some((column) => {
    const lasts = new Map<string, number>();
    let [within, across, rows] = [0, 0, 0];
    for (const [row, value] of column.entries()) {
      const own = lasts.get(texts[row]!);
      lasts.set(texts[row]!, value);
      if (own === undefined || row === 0) continue;
      const differences = [value - own, value - column[row - 1]!].map(Math.abs);
      if (differences.some(Number.isNaN)) continue;
      within += differences[0]!;
      across += differences[1]!;
      rows++;
    }
    return rows >= LEAST_ROWS && across > APART * within;
  });
}
