// What `sweep baseline` prints. Beside finalize the only reader of the test split: it looks at no model.

import { checkJudgedWindows } from '../../coordinator/plan/judged-windows.js';
import { sampleTrials } from '../../coordinator/plan/sample-points.js';
import { planStudy } from '../../coordinator/plan/spec-plan.js';
import type { StudyPlan } from '../../coordinator/plan/study-plan.js';
import type { MappedDataset } from '../../dataset/dataset.js';
import { openDataset } from '../../dataset/prepared/mapped-file.js';
import { majorityBaseline } from '../../dataset/reviews/majority-class.js';
import { horizonOf, naivePersistence } from '../../dataset/series/naive-persistence.js';
import { testMajority, testPersistence } from '../../dataset/test-split.js';
import { SweepError } from '../../errors.js';
import { formatObjective, formatUnits, withUnit } from '../../leaderboard/table-format.js';
import type { ClassifyTask, ForecastTask, TaskSpec } from '../../study/trial.js';
import { parseSweepSpec, type SweepText } from '../../sweep-file/parse.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { placing, readSweepFile } from '../options/sweep-file.js';
import { prepareWithProgress } from '../terminal/prepare-progress.js';
import { announceSynthetic } from '../terminal/synthetic-notice.js';

/** The reference case. */
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
  const { spec, locate } = await readSpec(file, options);
  const { dataset: source } = spec;
  if (source === null) {
    throw new SweepError('USAGE', `${file} has no data: its objective is a function`, {
      hint: 'a baseline needs a series to forecast, or reviews to classify',
    });
  }
  const { metadata, tasks } = await placing(locate, async () => {
    const { metadata } = await prepareWithProgress(context, source, options.json === true);
    checkJudgedWindows(spec, metadata.split);
    return { metadata, tasks: listProblems(planStudy(spec, metadata, ANY_ENGINE)) };
  });
  const [task] = tasks;
  if (task === undefined) throw new SweepError('INTERNAL', 'a study with data plans no training');
  const dataset = openDataset(context.cacheDirectory, metadata.digest);
  try {
    const { document, lines } =
      task.kind === 'classify' ? describeMajority(dataset, task) : describePersistence(dataset, task, tasks);
    const { name, synthetic } = metadata.source;
    if (options.json === true) {
      const source = { digest: metadata.digest, source: name, synthetic };
      context.stdout.write(`${JSON.stringify({ dataset: source, ...document }, null, 2)}\n`);
      return 0;
    }
    if (synthetic) announceSynthetic(context, metadata);
    const [what, ...figures] = lines;
    context.stdout.write(`${printable(`${what}, ${name}`)}${synthetic ? ' (synthetic)' : ''}\n`);
    for (const figure of figures) context.stdout.write(`${printable(figure)}\n`);
    return 0;
  } finally {
    dataset.close();
  }
}

interface BaselineDescription {
  readonly document: object;
  /** What the baseline is, then one line a split. */
  readonly lines: readonly string[];
}

/** One task for each horizon that trials forecast over, that of the first trial first; of reviews one. */
function listProblems(plan: StudyPlan): TaskSpec[] {
  const problems = new Map<number, TaskSpec>();
  for (const { config } of sampleTrials(plan)) {
    if (config.kind !== 'train') continue;
    const horizon = config.task.kind === 'classify' ? 0 : horizonOf(config.task.window);
    if (!problems.has(horizon)) problems.set(horizon, config.task);
  }
  return [...problems.values()];
}

function describePersistence(
  dataset: MappedDataset,
  task: ForecastTask,
  all: readonly TaskSpec[],
): BaselineDescription {
  const first = describeProblem(dataset, task);
  const others = all.slice(1).flatMap((other) => {
    if (other.kind === 'classify') return [];
    return { horizonRows: horizonOf(other.window), ...describeProblem(dataset, other) };
  });
  if (others.length === 0) return first;
  const problems = [{ horizonRows: horizonOf(task.window), ...first }, ...others];
  const [name = ''] = first.lines;
  return {
    document: {
      ...first.document,
      baselines: problems.map(({ horizonRows, document }) => ({ horizonRows, ...document })),
    },
    lines: [
      name,
      ...problems.flatMap(({ horizonRows, lines: [, ...figures] }) =>
        figures.map((figure) => `${countOf(horizonRows, 'row')} ahead: ${figure}`),
      ),
    ],
  };
}

function describeProblem(dataset: MappedDataset, task: ForecastTask): BaselineDescription {
  const target = dataset.metadata.columns[task.targetColumn];
  const std = target?.std ?? 1;
  const splits = [
    { split: 'validation', naive: naivePersistence(dataset, task, 'validation') },
    { split: 'test', naive: testPersistence(dataset, task) },
  ].map(({ split, naive }) => ({
    split,
    windows: naive.absoluteErrors.length,
    mae: naive.mae,
    maeUnits: naive.mae * std,
  }));
  return {
    document: {
      target: target?.name ?? null,
      unit: target?.unit ?? null,
      window: task.window,
      baseline: splits,
    },
    lines: [
      `naive persistence of ${target?.name ?? 'the target'}`,
      ...splits.map(
        ({ split, windows, mae, maeUnits }) =>
          `${split.padEnd(11)} MAE ${formatObjective(mae)}  ${withUnit(formatUnits(maeUnits), target?.unit ?? null)}  over ${windows.toLocaleString('en-US')} windows`,
      ),
    ],
  };
}

function describeMajority(dataset: MappedDataset, task: ClassifyTask): BaselineDescription {
  const splits = [
    { split: 'validation', majority: majorityBaseline(dataset, task, 'validation') },
    { split: 'test', majority: testMajority(dataset, task) },
  ].map(({ split, majority }) => ({
    split,
    reviews: majority.hits.length,
    label: majority.label,
    accuracy: majority.accuracy,
  }));
  return {
    document: { baseline: splits },
    lines: [
      `majority class of the training reviews (${splits[0]?.label === 1 ? 'positive' : 'negative'})`,
      ...splits.map(
        ({ split, reviews, accuracy }) =>
          `${split.padEnd(11)} accuracy ${(100 * accuracy).toFixed(2)} %  over ${reviews.toLocaleString('en-US')} reviews`,
      ),
    ],
  };
}

async function readSpec(file: string | undefined, options: { readonly data?: string }): Promise<SweepText> {
  if (file !== undefined) return readSweepFile(file, options);
  const { data } = options;
  const spec = parseSweepSpec(
    JSON.stringify(REFERENCE),
    'baseline.json',
    data === undefined ? {} : { dataSource: data },
  );
  return { spec, locate: () => 'the reference case, as no sweep file is given' };
}
