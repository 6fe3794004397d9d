// The recorded learning curves of schedulers' bench: its form and where it lies. record-curves.ts makes it, schedulers.ts
// replays it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

/** From dist/test/bench/search, where the benchmarks run, to the sources beside this file. */
const SOURCES = new URL('../../../../test/bench/search/', import.meta.url);
export const SWEEP_PATH = fileURLToPath(new URL('curves.sweep.json', SOURCES));
const TABLE_PATH = fileURLToPath(new URL('curves.json.gz', SOURCES));

const curveSchema = z.array(z.number()).nonempty();
const tableSchema = z.object({
  version: z.literal(1),
  /** The command that makes it. */
  command: z.string(),
  metric: z.string(),
  epochs: z.int().positive(),
  configurations: z.array(
    z.object({
      params: z.record(z.string(), z.union([z.string(), z.number()])),
      /** Of each seed the metric by epoch; smaller is better. One seed of most, several of some. */
      curves: z.array(curveSchema).nonempty(),
    }),
  ),
});

export type CurveTable = z.output<typeof tableSchema>;
export type Configuration = CurveTable['configurations'][number];

/** Throws what is wrong with the file. */
export function readCurveTable(): CurveTable {
  return tableSchema.parse(JSON.parse(gunzipSync(readFileSync(TABLE_PATH)).toString()));
}

/** Answers the size. Level 9, no date: the same curves are the same bytes. */
export function writeCurveTable(table: CurveTable): { readonly path: string; readonly sizeBytes: number } {
  const bytes = gzipSync(JSON.stringify(tableSchema.parse(table)), { level: 9 });
  writeFileSync(TABLE_PATH, bytes);
  return { path: TABLE_PATH, sizeBytes: bytes.length };
}
