// Writes the synthetic series as a CSV in the real file's form, for `sweep data synth`, tests and benchmarks.
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { JENA_COLUMNS } from '../../../study/jena-columns.js';
import { formatTimestamp } from '../csv/times/time-stamps.js';
import { JENA_FIRST_SECONDS, JENA_STEP_SECONDS, JENA_TIME_COLUMN } from '../jena-series.js';
import { type SyntheticOptions, syntheticJenaRows } from './synthetic-jena.js';

const BLOCK_CHARACTERS = 1 << 20;

/** Writes header and rows to `path` (which it replaces when whole); O(rows), constant memory. Returns the bytes written. */
export function writeSyntheticCsv(path: string, options: SyntheticOptions): number {
  const temporary = `${path}.${process.pid}.part`;
  const file = openSync(temporary, 'w');
  let sizeBytes = 0;
  let isWhole = false;
  try {
    let block = `${[JENA_TIME_COLUMN, ...JENA_COLUMNS].join(',')}\n`;
    let seconds = JENA_FIRST_SECONDS;
    for (const values of syntheticJenaRows(options)) {
      block += `${dayFirst(seconds)},${values.join(',')}\n`;
      seconds += JENA_STEP_SECONDS;
      if (block.length < BLOCK_CHARACTERS) continue;
      sizeBytes += writeSync(file, block);
      block = '';
    }
    sizeBytes += writeSync(file, block);
    isWhole = true;
  } finally {
    closeSync(file);
    if (!isWhole) rmSync(temporary, { force: true });
  }
  renameSync(temporary, path);
  return sizeBytes;
}

/** `01.01.2009 00:10:00`, as the station writes it. */
function dayFirst(seconds: number): string {
  const [date = '', clock = ''] = formatTimestamp(seconds).split(' ');
  const [year, month, day] = date.split('-');
  return `${day}.${month}.${year} ${clock}`;
}
