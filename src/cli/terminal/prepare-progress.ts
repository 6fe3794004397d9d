// Preparing a dataset with a line of progress on a terminal, and its notices on standard error. A signal ends it in order.

import { type PreparedDataset, prepareDataset } from '../../dataset/prepare.js';
import type { DatasetSpec } from '../../study/dataset-source.js';
import { type Speaker, SWEEP_FILE, sayNotice } from '../../wording/fault-words.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { interruptible } from './interruptible.js';

const PHASES = { read: 'reading', generate: 'generating', write: 'writing' } as const;

export async function prepareWithProgress(
  context: CliContext,
  spec: DatasetSpec,
  isQuiet: boolean,
  speaker: Speaker = SWEEP_FILE,
): Promise<PreparedDataset> {
  const { stderr, cacheDirectory } = context;
  const showsProgress = !isQuiet && stderr.isTTY === true;
  let shown = '';
  const prepared = await interruptible(context, (signal) =>
    prepareDataset(spec, {
      cacheDirectory,
      signal,
      ...(showsProgress
        ? {
            onProgress: ({ phase, done, total }) => {
              const share = total === null || total === 0 ? '' : ` ${Math.floor((100 * done) / total)} %`;
              const text = `${PHASES[phase]} the data${share}`;
              if (text !== shown) stderr.write(`\r\u001b[K${text}`);
              shown = text;
            },
          }
        : {}),
    }),
  ).finally(() => {
    if (shown !== '') stderr.write('\r\u001b[K');
  });
  if (!isQuiet)
    for (const notice of prepared.notices) stderr.write(`note: ${printable(sayNotice(notice, speaker))}\n`);
  return prepared;
}
