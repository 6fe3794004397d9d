// What `sweep predict` does: a model over a CSV, its predictions into another one.

import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { missingFile } from '../../dataset/sources/missing-file.js';
import { formatTimestamp } from '../../dataset/sources/time-stamps.js';
import type { ExportedModel } from '../../engine/export/exported-model.js';
import { predictReviews } from '../../engine/predict/predict-reviews.js';
import { predictSeries } from '../../engine/predict/predict-series.js';
import { PredictionFile } from '../../engine/predict/prediction-file.js';
import { asSweepError, SweepError } from '../../errors.js';
import { formatUnits, withUnit } from '../../leaderboard/table-format.js';
import type { MissingPolicy } from '../../study/dataset-source.js';
import { spreadOf } from '../../wording/figures.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { openCliEngine } from '../open-cli-engine.js';
import { type ModelFlags, readModel } from '../read-model.js';
import { warnOfSyntheticModel } from '../terminal/synthetic-notice.js';

export interface PredictOptions extends ModelFlags {
  readonly data: string;
  readonly output: string;
  readonly onMissing?: MissingPolicy;
  readonly json?: boolean;
}

interface Predicted {
  readonly document: Readonly<Record<string, unknown>>;
  readonly line: string;
  readonly notices: readonly string[];
}

export async function predictData(
  context: CliContext,
  model: string,
  options: PredictOptions,
): Promise<number> {
  const data = resolve(context.directory, options.data);
  const output = resolve(context.directory, options.output);
  const missing = missingFile(data);
  if (missing !== null) throw new SweepError('DATASET_NOT_FOUND', missing, { path: '--data' });
  if (data === output) {
    throw new SweepError('USAGE', `the predictions would replace the data in ${options.data}`, {
      hint: 'name another file with --output',
    });
  }
  if (existsSync(output)) {
    throw new SweepError('USAGE', `${options.output} exists`, {
      hint: 'name another file with --output, or remove that one: nothing is overwritten',
    });
  }
  const exported = await readModel(context, model, options);
  const predicted = await predict(context, exported, data, output, options.onMissing);
  for (const notice of predicted.notices) context.stderr.write(`note: ${printable(notice)}\n`);
  warnOfSyntheticModel(context, exported.description);
  const { study, trial } = exported.description;
  if (options.json === true) {
    const document = { study, trial, data, output, ...predicted.document, notices: predicted.notices };
    context.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    context.stdout.write(`${printable(`${relative(context.directory, output)}: ${predicted.line}`)}\n`);
  }
  return 0;
}

async function predict(
  context: CliContext,
  exported: ExportedModel,
  data: string,
  output: string,
  onMissing: MissingPolicy | undefined,
): Promise<Predicted> {
  const { task } = exported.description;
  const headers = {
    // Of a series without times the row of the target stands in their place.
    forecast: [
      task.kind === 'forecast' && task.stepSeconds === null ? 'row' : 'time',
      'prediction',
      'actual',
    ],
    classify: ['row', 'probability', 'label', 'actual'],
  };
  const file = new PredictionFile(output, headers[task.kind]);
  try {
    const predicted =
      task.kind === 'forecast'
        ? await predictForecasts(context, exported, task, data, file, onMissing)
        : await predictLabels(context, exported, task, data, file);
    file.publish();
    return predicted;
  } catch (error) {
    file.discard();
    throw error;
  }
}

async function predictForecasts(
  context: CliContext,
  exported: ExportedModel,
  task: Extract<ExportedModel['description']['task'], { kind: 'forecast' }>,
  data: string,
  file: PredictionFile,
  onMissing: MissingPolicy | undefined,
): Promise<Predicted> {
  const hasTime = task.stepSeconds !== null;
  const { notices, ...summary } = await predictSeries(
    await openCliEngine(context),
    exported,
    task,
    data,
    ({ row, seconds, prediction, actual }) =>
      file.write([hasTime ? formatTimestamp(seconds) : row, prediction, actual]),
    onMissing,
  ).catch((thrown: unknown) => {
    throw hintOnMissing(asSweepError(thrown));
  });
  const errors = spreadOf([summary.mae, summary.baselineMae]);
  const shown = (value: number): string => formatUnits(value, errors);
  const error =
    summary.mae === null || summary.baselineMae === null
      ? 'no target of theirs is in the file'
      : `MAE ${withUnit(shown(summary.mae), task.unit)} over the ${summary.compared} whose target is there (naive persistence ${shown(summary.baselineMae)})`;
  return {
    document: { target: task.target, unit: task.unit, ...summary },
    line: `${summary.predictions} forecasts of ${task.target} from ${summary.rows} rows; ${error}`,
    notices,
  };
}

/** The reader speaks of fields of a sweep file; the study's is not to be changed any more. */
function hintOnMissing(error: SweepError): SweepError {
  if (error.code !== 'CSV_MISSING_VALUE') return error;
  return new SweepError(error.code, error.message, {
    path: error.path,
    hint: 'choose --on-missing forward-fill (keep the value of the row before) or --on-missing drop (leave the row out)',
    cause: error,
  });
}

async function predictLabels(
  context: CliContext,
  exported: ExportedModel,
  task: Extract<ExportedModel['description']['task'], { kind: 'classify' }>,
  data: string,
  file: PredictionFile,
): Promise<Predicted> {
  const { notices, ...summary } = await predictReviews(
    await openCliEngine(context),
    exported,
    task,
    data,
    ({ review, probability, label, actual }) => file.write([review, probability, label, actual]),
  );
  const accuracy =
    summary.accuracy === null
      ? 'none has a label to compare with'
      : `accuracy ${(100 * summary.accuracy).toFixed(2)} % over the ${summary.compared} with a label`;
  return { document: summary, line: `${summary.predictions} reviews; ${accuracy}`, notices };
}
