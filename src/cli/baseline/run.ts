// What `sweep baseline` prints. Beside finalize the only reader of the test split: it looks at no model.

import { checkJudgedWindows } from '../../coordinator/plan/judged-windows.js';
import { sampleTrials } from '../../coordinator/plan/sample-points.js';
import { planStudy } from '../../coordinator/plan/spec-plan.js';
import type { StudyPlan } from '../../coordinator/plan/study-plan.js';
import type { MappedDataset } from '../../dataset/dataset.js';
import { openDataset } from '../../dataset/prepared/mapped-file.js';
import { SweepError } from '../../errors.js';
import type { TaskSpec } from '../../study/trial/trial.js';
import { parseSweepSpec, type SweepText } from '../../sweep-file/parse.js';
import { studyBaseline } from '../../task/open-split.js';
import { taskOf } from '../../task/registry.js';
import { testBaseline } from '../../task/test-split.js';
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
    checkJudgedWindows(spec, metadata);
    return { metadata, tasks: listProblems(planStudy(spec, metadata, ANY_ENGINE)) };
  });
  if (tasks.length === 0) throw new SweepError('INTERNAL', 'a study with data plans no training');
  const dataset = openDataset(context.cacheDirectory, metadata.digest);
  try {
    const { document, lines } = describeProblems(dataset, tasks);
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

/** One task for each distance that trials look ahead, that of the first trial first; of reviews one. */
function listProblems(plan: StudyPlan): TaskSpec[] {
  const problems = new Map<number | null, TaskSpec>();
  for (const { config } of sampleTrials(plan)) {
    if (config.kind !== 'train') continue;
    const rows = horizonRows(config.task);
    if (!problems.has(rows)) problems.set(rows, config.task);
  }
  return [...problems.values()];
}

/** Rows from the last one read to what is told; null: there are no rows. */
function horizonRows(spec: TaskSpec): number | null {
  return 'window' in spec ? spec.window.step + spec.window.delay : null;
}

function describeProblems(dataset: MappedDataset, specs: readonly TaskSpec[]): BaselineDescription {
  const problems = specs.map((spec) => {
    const found = { validation: studyBaseline(dataset, spec), test: testBaseline(dataset, spec) };
    return { rows: horizonRows(spec), ...taskOf(spec).describeBaselines(spec, dataset.metadata, found) };
  });
  const [first] = problems;
  if (first === undefined) return { document: {}, lines: [] };
  if (problems.length === 1) return { document: first.document, lines: [first.name, ...first.figures] };
  const baselines = problems.map(({ rows, document }) => ({ horizonRows: rows, ...document }));
  return {
    document: { ...first.document, baselines },
    lines: [
      first.name,
      ...problems.flatMap(({ rows, figures }) =>
        figures.map((figure) => `${countOf(rows ?? 0, 'row')} ahead: ${figure}`),
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
