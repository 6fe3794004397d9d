// A small table as a Parquet file, written by DuckDB.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duck, quoted } from './duck.js';

type Cell = string | number | boolean | null;
type ColumnType = 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR';

/** Types follow from the values; a column of several kinds is text. */
export async function encodeParquet(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'sweep-parquet-'));
  try {
    const types = head.map((_, place) => typeOf(rows.map((row) => row[place] ?? null)));
    // By place: names may be anything.
    const lines = rows.map((row) =>
      JSON.stringify(
        Object.fromEntries(
          row.map((value, place) => [
            `c${place}`,
            types[place] === 'VARCHAR' && value !== null ? String(value) : value,
          ]),
        ),
      ),
    );
    writeFileSync(join(folder, 'rows.json'), `${lines.join('\n')}\n`);
    const duck = await Duck.open({ files: [], folders: [folder], temporary: folder, threads: 1 });
    try {
      const columns = types.map((type, place) => `c${place}: '${type}'`).join(', ');
      const named = head.map((name, place) => `c${place} as "${name.replaceAll('"', '""')}"`).join(', ');
      const path = (name: string): string => quoted(join(folder, name));
      await duck.rows(
        `copy (select ${named} from read_json(${path('rows.json')}, format = 'newline_delimited', columns = {${columns}})) to ${path('table.parquet')} (format parquet, compression zstd)`,
      );
    } finally {
      duck.close();
    }
    return readFileSync(join(folder, 'table.parquet'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function typeOf(values: readonly Cell[]): ColumnType {
  const known = values.filter((value) => value !== null);
  if (known.length > 0 && known.every((value) => typeof value === 'boolean')) return 'BOOLEAN';
  if (known.length === 0 || !known.every((value) => typeof value === 'number')) return 'VARCHAR';
  return known.every((value) => Number.isSafeInteger(value)) ? 'BIGINT' : 'DOUBLE';
}
