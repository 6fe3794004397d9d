// `sweep data info`: the prepared datasets, or all that is known of one.
import Table from 'cli-table3';
import { listDatasets } from '../../dataset/describe-dataset.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type InfoOptions, printDataset } from './print-dataset.js';

export async function showData(
  context: CliContext,
  digest: string | undefined,
  options: InfoOptions,
): Promise<number> {
  if (digest !== undefined) return printDataset(context, digest, options);
  const listings = listDatasets(context.cacheDirectory);
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ datasets: listings }, null, 2)}\n`);
    return 0;
  }
  if (listings.length === 0) {
    context.stderr.write(`no prepared datasets in ${context.cacheDirectory}\n`);
    return 0;
  }
  const table = new Table({
    head: ['digest', 'source', 'rows', 'columns', 'MB'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  });
  for (const { digest: id, metadata, problem, sizeBytes, alsoFrom } of listings) {
    table.push([
      id.slice(0, 12),
      printable(metadata === null ? `damaged: ${problem}` : [metadata.source.name, ...alsoFrom].join(', ')),
      metadata === null ? '–' : (metadata.rolling ?? metadata).rows.toLocaleString('en-US'),
      metadata === null || metadata.reviews !== undefined ? '–' : String(metadata.columns.length),
      (sizeBytes / 1e6).toFixed(1),
    ]);
  }
  context.stdout.write(`${table.toString()}\n`);
  return 0;
}
