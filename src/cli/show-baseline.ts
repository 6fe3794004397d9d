// What `sweep baseline` prints. Beside finalize the only reader of the test split: it looks at no model.

import { planStudy } from '../coordinator/spec-plan.js';
import { openDataset } from '../dataset/mapped-file.js';
import { naivePersistence } from '../dataset/naive-persistence.js';
import { testPersistence } from '../dataset/test-split.js';
import { SweepError } from '../errors.js';
import { parseSweepSpec } from '../spec/parse.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import type { CliContext } from './context.js';
import { prepareWithProgress } from './prepare-progress.js';
import { readSweepFile } from './start-study.js';
import { announceSynthetic } from './synthetic-notice.js';

/** The reference case (Deep Learning with Python, chapter 6.3). */
const REFERENCE = {
  name: 'baseline',
  dataset: {
    source: ['jena', 'jena-synthetic'],
    target: 'T (degC)',
    split: { train: [0, 200_000], validation: [200_001, 300_000], test: [300_001, null] },
  },
  window: { lookback: 1440, step: 6, delay: 144 },
  model: { type: 'linear' },
};
/** The windows do not depend on the engine; an identity is all that planning asks for. */
const ANY_ENGINE = { name: 'wasm', numericsVersion: 'baseline' } as const;

export async function showBaseline(
  context: CliContext,
  file: string | undefined,
  options: { readonly data?: string; readonly json?: boolean },
): Promise<number> {
  const spec = await readSpec(file, options);
  if (spec.dataset === null) {
    throw new SweepError('USAGE', `${file} has no data: its objective is a function`, {
      hint: 'a baseline needs a series to forecast',
    });
  }
  const { metadata } = await prepareWithProgress(context, spec.dataset, options.json === true);
  const config = planStudy(spec, metadata, ANY_ENGINE).plan(0)?.config;
  if (config?.kind !== 'train') throw new SweepError('INTERNAL', 'a study with data plans no training');
  const dataset = openDataset(context.cacheDirectory, metadata.digest);
  try {
    const target = metadata.columns[config.task.targetColumn];
    const std = target?.std ?? 1;
    const splits = [
      { split: 'validation', naive: naivePersistence(dataset, config.task, 'validation') },
      { split: 'test', naive: testPersistence(dataset, config.task) },
    ].map(({ split, naive }) => ({
      split,
      windows: naive.absoluteErrors.length,
      mae: naive.mae,
      maeUnits: naive.mae * std,
    }));
    const source = metadata.source;
    if (options.json === true) {
      const document = {
        dataset: { digest: metadata.digest, source: source.name, synthetic: source.synthetic },
        target: target?.name ?? null,
        unit: target?.unit ?? null,
        window: config.task.window,
        baseline: splits,
      };
      context.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      return 0;
    }
    if (source.synthetic) announceSynthetic(context);
    const unit = target?.unit === 'degC' ? '°C' : (target?.unit ?? '');
    context.stdout.write(
      `naive persistence of ${target?.name ?? 'the target'}, ${source.name}${source.synthetic ? ' (synthetic)' : ''}\n`,
    );
    for (const { split, windows, mae, maeUnits } of splits) {
      context.stdout.write(
        `${split.padEnd(11)} MAE ${mae.toFixed(4)}  ${maeUnits.toFixed(2)} ${unit}  over ${windows.toLocaleString('en-US')} windows\n`,
      );
    }
    return 0;
  } finally {
    dataset.close();
  }
}

function readSpec(
  file: string | undefined,
  options: { readonly data?: string },
): Promise<SweepSpec> | SweepSpec {
  if (file !== undefined) return readSweepFile(file, options);
  const { data } = options;
  return parseSweepSpec(
    JSON.stringify(REFERENCE),
    'baseline.json',
    data === undefined ? {} : { dataSource: data },
  );
}
