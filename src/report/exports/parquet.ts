// All trials of a study as a Parquet file, by DuckDB: the columns of the table with their types, and what was reported as lists,
// one value an epoch (`reports.epoch` int32[], `reports.<metric>` float64[], null where an epoch lacks it).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParamValue } from '../../study/trial/trial.js';
import type { TrialRecord } from '../../study/trial/trial-records.js';
import { trialTable } from './trial-table.js';

interface Column {
  readonly name: string;
  readonly type: 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR' | 'TIMESTAMP' | 'INTEGER[]' | 'DOUBLE[]';
  readonly cells: readonly unknown[];
}

const TIMES: readonly string[] = ['startedAt', 'endedAt'];

export async function encodeParquet(trials: readonly TrialRecord[]): Promise<Uint8Array> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const folder = mkdtempSync(join(tmpdir(), 'sweep-parquet-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const columns = columnsOf(trials);
    const rows = join(folder, 'rows.json');
    writeFileSync(
      rows,
      trials
        .map((_, row) =>
          JSON.stringify(Object.fromEntries(columns.map(({ cells }, at) => [`c${at}`, cells[row]]))),
        )
        .join('\n'),
    );
    const parquet = join(folder, 'trials.parquet');
    const types = columns.map(({ type }, at) => `c${at}: ${text(type)}`).join(', ');
    const named = columns.map(({ name }, at) => `c${at} as "${name.replaceAll('"', '""')}"`).join(', ');
    await connection.run(
      `copy (select ${named} from read_json(${text(rows)}, format = 'newline_delimited', columns = {${types}}))
       to ${text(parquet)} (format parquet, compression zstd)`,
    );
    return readFileSync(parquet);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

function columnsOf(trials: readonly TrialRecord[]): Column[] {
  const { head, rows } = trialTable(trials);
  const metrics = [
    ...new Set(trials.flatMap(({ reports }) => reports.flatMap((report) => Object.keys(report.metrics)))),
  ];
  return [
    ...head.map((name, at) =>
      columnOf(
        name,
        rows.map((row) => row[at] ?? null),
      ),
    ),
    {
      name: 'reports.epoch',
      type: 'INTEGER[]',
      cells: trials.map(({ reports }) => reports.map(({ epoch }) => epoch)),
    },
    ...metrics.sort().map(
      (name): Column => ({
        name: `reports.${name}`,
        type: 'DOUBLE[]',
        cells: trials.map(({ reports }) =>
          reports.map(
            (report) => (report.metrics as Readonly<Record<string, number | undefined>>)[name] ?? null,
          ),
        ),
      }),
    ),
  ];
}

/** The narrowest type that holds every value as it is; of mixed ones, text. */
function columnOf(name: string, values: readonly ParamValue[]): Column {
  const known = values.filter((value) => value !== null);
  if (TIMES.includes(name)) return { name, type: 'TIMESTAMP', cells: values };
  if (known.length > 0 && known.every((value) => typeof value === 'boolean'))
    return { name, type: 'BOOLEAN', cells: values };
  if (known.length > 0 && known.every((value) => typeof value === 'number'))
    return { name, type: known.every(Number.isSafeInteger) ? 'BIGINT' : 'DOUBLE', cells: values };
  const cells = values.map((value) =>
    value === null || typeof value === 'string' ? value : JSON.stringify(value),
  );
  return { name, type: 'VARCHAR', cells };
}

/** A text in SQL. */
function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
