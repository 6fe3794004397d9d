// Preparing a dataset with a line of progress on a terminal, and its notices on standard error.
import { type PreparedDataset, prepareDataset } from '../dataset/prepare.js';
import type { DatasetSpec } from '../study/dataset-source.js';
import type { CliContext } from './context.js';

const PHASES = { read: 'reading', generate: 'generating', write: 'writing' } as const;

export async function prepareWithProgress(
  context: CliContext,
  spec: DatasetSpec,
  isQuiet: boolean,
  reword: (notice: string) => string = (notice) => notice,
): Promise<PreparedDataset> {
  const { stderr, cacheDirectory } = context;
  const showsProgress = !isQuiet && stderr.isTTY === true;
  let shown = '';
  const prepared = await prepareDataset(spec, {
    cacheDirectory,
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
  });
  if (shown !== '') stderr.write('\r\u001b[K');
  if (!isQuiet) for (const notice of prepared.notices) stderr.write(`note: ${reword(notice)}\n`);
  return prepared;
}
