// What `sweep export` does: takes a model out of its study and writes it in the forms that were asked for.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { ExportedModel } from '../../engine/export/exported-model.js';
import { writeExport } from '../../engine/export/write-export.js';
import { asSweepError, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import { figureFormat } from '../../wording/figures.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type ModelFlags, readStudyModel } from '../read-model.js';
import { warnOfSyntheticModel } from '../terminal/synthetic-notice.js';
import type { TrialFormat } from './write-trials.js';

export interface ExportOptions extends ModelFlags {
  readonly bestModel?: string;
  readonly onnx?: string;
  readonly format?: TrialFormat;
  readonly output?: string;
  readonly keras?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface Written {
  readonly path: string;
  /** Names in a folder; none: it is a file. */
  readonly files: readonly string[];
}

/** The forms of a model: the option that asks for one, and what writes it. */
const FORMS = {
  bestModel: async (folder: string, exported: ExportedModel, isForced: boolean) =>
    writeExport(folder, exported, { isForced }),
  onnx: async (file: string, exported: ExportedModel, isForced: boolean) => {
    const { describeOnnx } = await import('../../engine/export/onnx/onnx-model.js');
    return writeFile(file, describeOnnx(exported), isForced);
  },
  keras: async (file: string, exported: ExportedModel, isForced: boolean) => {
    const { encodeKeras } = await import('../../engine/export/keras/keras-file.js');
    return writeFile(file, await encodeKeras(exported), isForced);
  },
} as const;
const FORM_NAMES = Object.keys(FORMS) as (keyof typeof FORMS)[];

export async function exportModel(
  context: CliContext,
  study: string,
  options: ExportOptions,
): Promise<number> {
  if (options.format !== undefined) await exportTrials(context, study, options.format, options);
  const wanted = FORM_NAMES.filter((form) => options[form] !== undefined);
  if (wanted.length === 0 && options.format !== undefined) return 0;
  if (wanted.length === 0)
    throw new SweepError('USAGE', 'it is not said what to export', {
      hint: 'name a place: --best-model DIR, --onnx FILE or --keras FILE.keras; or --format FORMAT for all trials',
    });
  const exported = await readStudyModel(context, study, options);
  const written: Written[] = [];
  for (const form of wanted) {
    const path = resolve(context.directory, options[form] ?? '');
    written.push({ path, files: await FORMS[form](path, exported, options.force === true) });
  }
  const { description } = exported;
  if (options.json === true) {
    const [first] = written;
    const folder = options.bestModel === undefined ? {} : { folder: first?.path, files: first?.files };
    const document = { ...folder, written, model: description };
    context.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  const { trial, objective, epoch } = description;
  for (const { path, files } of written)
    context.stdout.write(
      `${printable(relative(context.directory, path))}: trial ${printable(trial)}, ${objective.metric} ${figureFormat()(objective.value)} at epoch ${epoch}\n` +
        files.map((file) => `  ${file}\n`).join(''),
    );
  warnOfSyntheticModel(context, description);
  return 0;
}

async function exportTrials(
  context: CliContext,
  study: string,
  format: TrialFormat,
  options: ExportOptions,
): Promise<void> {
  const { describeTrials, isPlaced, placeTrials, readTrials } = await import('./write-trials.js');
  const { output, force } = options;
  if (isPlaced(format)) {
    if (output === undefined)
      throw new SweepError('USAGE', `--format ${format} needs a place to go to`, {
        path: '--output',
        hint: PLACES[format],
      });
    const isAddress = format === 'mlflow-rest';
    if (isAddress && !/^https?:\/\//.test(output))
      throw new SweepError('USAGE', `${JSON.stringify(output)} is no address of a server`, {
        path: '--output',
        hint: PLACES[format],
      });
    const place = isAddress ? output : resolve(context.directory, output);
    const write = (path: string, bytes: Uint8Array) => void writeFile(path, bytes, force === true);
    const exported = await readTrials(context, study, options);
    const told = await placeTrials(exported, format, place, write);
    context.stderr.write(`${printable(told.replaceAll(`${context.directory}/`, ''))}\n`);
    return;
  }
  const text = describeTrials(await readTrials(context, study, options), format);
  if (output === undefined) context.stdout.write(text);
  else writeFile(resolve(context.directory, output), Buffer.from(text), force === true);
}

const PLACES = {
  parquet: 'name a file: -o trials.parquet',
  tensorboard: 'name a folder: -o runs',
  'mlflow-rest': 'name the tracking server: -o http://127.0.0.1:5000',
} as const;

/** All or nothing, beside its place first. */
function writeFile(path: string, bytes: Uint8Array, isForced: boolean): readonly string[] {
  if (!isForced && existsSync(path))
    throw new SweepError('USAGE', `${path} exists`, {
      hint: 'name another file, or overwrite it with --force',
    });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    makeDirectories(dirname(path));
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new SweepError('USAGE', `${path} cannot be written: ${asSweepError(cause).message}`, {
      hint: 'name another file',
      cause,
    });
  }
  return [];
}
