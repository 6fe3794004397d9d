// What `sweep predict` does: a model over a CSV, its predictions into another one.

import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { missingFile } from '../../dataset/sources/missing-file.js';
import type { ExportedModel } from '../../engine/export/exported-model.js';
import { buildPredictor } from '../../engine/predict/build-predictor.js';
import { PredictionFile } from '../../engine/predict/prediction-file.js';
import { asSweepError, SweepError } from '../../errors.js';
import type { MissingPolicy } from '../../study/dataset-source.js';
import { taskOf } from '../../task/registry.js';
import type { Predicted } from '../../task/task-export.js';
import { type Speaker, sayAs, sayNotice } from '../../wording/fault-words.js';
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
): Promise<Omit<Predicted, 'notices'> & { readonly notices: readonly string[] }> {
  const speaker = speakerFor(data);
  const { task: use } = exported.description;
  const task = taskOf(use);
  const engine = await openCliEngine(context);
  const file = new PredictionFile(output, task.predictionHead(use));
  try {
    const predicted = await task
      .predict({
        buildPredictor: () => buildPredictor(engine, exported),
        use,
        model: exported,
        data,
        onMissing,
        onRow: (fields) => file.write(fields),
      })
      .catch((thrown: unknown) => {
        throw sayAs(speaker, asSweepError(thrown));
      });
    file.publish();
    return { ...predicted, notices: predicted.notices.map((notice) => sayNotice(notice, speaker)) };
  } catch (error) {
    file.discard();
    throw error;
  }
}

/** The study's sweep file is not to be changed any more: what else is wrong, is wrong in the table `data`. */
function speakerFor(data: string): Speaker {
  return {
    onMissing: (policy) => `--on-missing ${policy}`,
    missing: null,
    columns: null,
    series: null,
    time: null,
    split: null,
    noHeader: null,
    placeOf: (field, file) => file ?? (field.startsWith('dataset.') ? data : field),
  };
}
