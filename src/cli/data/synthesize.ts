// `sweep data synth`: the generated stand-in as a CSV.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { JENA_ROWS } from '../../dataset/sources/jena-series.js';
import { writeSyntheticCsv } from '../../dataset/sources/synthetic/synthetic-csv.js';
import { SYNTHETIC_SEED } from '../../dataset/sources/synthetic/synthetic-jena.js';
import { SweepError } from '../../errors.js';
import type { CliContext } from '../context.js';

export interface SynthOptions {
  readonly rows?: number;
  readonly seed?: number;
  readonly json?: boolean;
}

export async function synthesizeData(
  context: CliContext,
  file: string,
  options: SynthOptions,
): Promise<number> {
  const path = resolve(context.directory, file);
  if (existsSync(path)) {
    throw new SweepError('USAGE', `${path} is there already`, { hint: 'name another file, or remove it' });
  }
  const rows = options.rows ?? JENA_ROWS;
  const seed = options.seed ?? SYNTHETIC_SEED;
  const sizeBytes = writeSynthetic(path, rows, seed);
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ path, rows, seed, sizeBytes, synthetic: true }, null, 2)}\n`);
  } else {
    context.stdout.write(`${path}: ${rows.toLocaleString('en-US')} synthetic rows\n`);
  }
  return 0;
}

function writeSynthetic(path: string, rows: number, seed: number): number {
  try {
    return writeSyntheticCsv(path, { rows, seed });
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === undefined) throw thrown;
    throw new SweepError('USAGE', `${path} cannot be written: ${message}`, {
      hint: 'name a file in a directory that is there and that you may write to',
      cause: thrown,
    });
  }
}
