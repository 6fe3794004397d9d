// `npm run bench -- rows [--rows 100000,200000] [--json]`: what it takes to write all rows of a study as CSV and as JSON, by the
// product's own command over an event log that is made up, and how that grows. Rows of one seed: three events each.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { openLocalBus } from '../../src/bus/local/bus.js';
import { formatRecord } from '../../src/bus/local/event-record.js';
import { studyEventCodec } from '../../src/bus/messages.js';
import type { StudyEvent } from '../../src/study/events.js';
import { created, finished, queued, started, studyRecord } from '../support/fixtures/study-events.js';
import { readProcessCost } from './process-cost.js';

const SIZES = [100_000, 200_000];
const STUDY = 'rows-0001';
const COMMAND = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const LOOK_EVERY_MS = 100;
const LINES_A_WRITE = 10_000;
/** An odd multiplier spreads the objectives, so that ranks and indices differ. */
const SPREAD = 7_919;

interface WrittenRows {
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Largest resident memory. */
  readonly memoryMb: number;
  readonly outputMb: number;
}

export interface RowsResult {
  readonly rows: number;
  readonly logMb: number;
  readonly csv: WrittenRows;
  readonly json: WrittenRows;
}

/** The exit code. */
export async function benchRows(args: readonly string[], machine: string): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) {
    process.stderr.write('usage: npm run bench -- rows [--rows 100000,200000] [--json]\n');
    return 2;
  }
  const results: RowsResult[] = [];
  for (const rows of asked.sizes) {
    process.stderr.write(`${rows} rows …\n`);
    results.push(await measureRows(rows));
  }
  const text = asked.isJson
    ? JSON.stringify({ machine, results }, null, 2)
    : `${machine}\n${formatTable(results)}`;
  process.stdout.write(`${text}\n`);
  return 0;
}

function readArguments(args: readonly string[]): { sizes: readonly number[]; isJson: boolean } | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { rows: { type: 'string' }, json: { type: 'boolean' } },
    });
    const sizes = values.rows?.split(',').map(Number) ?? SIZES;
    const areWhole = sizes.every((size) => Number.isSafeInteger(size) && size >= 1);
    return areWhole ? { sizes, isJson: values.json === true } : null;
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

async function measureRows(rows: number): Promise<RowsResult> {
  const home = mkdtempSync(join(tmpdir(), 'sweep-rows-'));
  try {
    const bus = openLocalBus(home);
    await bus.createStudy(studyRecord(STUDY));
    await bus.close();
    const log = join(home, 'studies', STUDY, 'events.jsonl');
    writeLog(log, rows);
    return {
      rows,
      logMb: statSync(log).size / 1e6,
      csv: await writeRows(home, '--csv', (lines) => lines - 1, rows),
      json: await writeRows(home, '--json', null, rows),
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function writeLog(path: string, rows: number): void {
  const file = openSync(path, 'w');
  let seq = 0;
  let lines: string[] = [];
  const flush = (): void => {
    writeSync(file, lines.join(''));
    lines = [];
  };
  const append = (event: StudyEvent): void => {
    const at = new Date(Date.UTC(2026, 0, 1) + 10 * seq).toISOString();
    lines.push(formatRecord(++seq, at, JSON.stringify(studyEventCodec.toJson(event))));
    if (lines.length >= LINES_A_WRITE) flush();
  };
  append(created({ study: STUDY, total: rows }));
  for (let index = 0; index < rows; index++) {
    append(queued(index));
    append(started(index));
    append(finished(index, ((index * SPREAD) % rows) / rows));
  }
  flush();
  closeSync(file);
}

/** `countRows`: of the lines printed; null where rows are no lines. Throws when rows are missing. */
async function writeRows(
  home: string,
  flag: '--csv' | '--json',
  countRows: ((lines: number) => number) | null,
  rows: number,
): Promise<WrittenRows> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [COMMAND, 'leaderboard', STUDY, flag, '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, XDG_CACHE_HOME: home },
  });
  const cost = watch(child);
  let bytes = 0;
  let lines = 0;
  let ranks = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    if (countRows === null) ranks += chunk.toString('latin1').split('"rank"').length - 1;
  }
  const [status] = child.exitCode === null ? ((await once(child, 'exit')) as [number]) : [child.exitCode];
  const seconds = (performance.now() - startedMs) / 1000;
  // A word cut by the end of a chunk is missed: one in thousands.
  const found = countRows === null ? ranks : countRows(lines);
  const isWhole = countRows === null ? found > 0.99 * rows : found === rows;
  if (status !== 0 || !isWhole) throw new Error(`leaderboard ${flag} gave ${found} of ${rows} rows`);
  return { seconds, ...cost(), outputMb: bytes / 1e6 };
}

function watch(child: ChildProcess): () => { processorSeconds: number; memoryMb: number } {
  let processorMs = 0;
  let memoryMb = 0;
  const timer = setInterval(() => {
    const cost = child.pid === undefined ? null : readProcessCost(child.pid);
    if (cost === null) return;
    processorMs = cost.processorMs;
    memoryMb = Math.max(memoryMb, cost.residentMb);
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    return { processorSeconds: processorMs / 1000, memoryMb };
  };
}

function formatTable(results: readonly RowsResult[]): string {
  const table = new Table({
    head: ['rows', 'log, MB', '', 's', 'µs a row', 'processor, s', 'memory, MB', 'output, MB'],
    colAligns: ['right', 'right', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { rows, logMb, csv, json } of results)
    for (const [name, written] of [
      ['--csv', csv],
      ['--json', json],
    ] as const)
      table.push([
        rows.toLocaleString('en-US'),
        logMb.toFixed(0),
        name,
        written.seconds.toFixed(1),
        ((1e6 * written.seconds) / rows).toFixed(0),
        written.processorSeconds.toFixed(1),
        written.memoryMb.toFixed(0),
        written.outputMb.toFixed(0),
      ]);
  return table.toString();
}
