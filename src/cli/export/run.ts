// What `sweep export` does: takes a model out of its study and writes it in the forms that were asked for.
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { ExportedModel } from '../../engine/export/exported-model.js';
import { writeExport } from '../../engine/export/write-export.js';
import { asSweepError, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import type { LogFile } from '../../report/exports/tensorboard.js';
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
  const { describeTrials } = await import('./write-trials.js');
  const exported = await describeTrials(context, study, format, options);
  const isForced = options.force === true;
  switch (exported.kind) {
    case 'text':
      if (options.output === undefined) for (const line of exported.lines) context.stdout.write(line);
      else writeFile(placeOf(context, options.output), Buffer.from([...exported.lines].join('')), isForced);
      return;
    case 'bytes':
      writeFile(placeOf(context, wanted(options, format, 'FILE')), exported.bytes, isForced);
      return;
    case 'folder':
      writeFolder(placeOf(context, wanted(options, format, 'DIR')), exported.files, isForced);
      return;
    case 'server': {
      const url = wanted(options, format, 'http://127.0.0.1:5000');
      if (!/^https?:\/\/[^/]/.test(url))
        throw new SweepError('USAGE', `-o ${url} is no address of a server`, {
          hint: 'give it as http://HOST:PORT or https://HOST',
        });
      const said = await exported.send(url, mlflowAuthorization(context));
      context.stderr.write(`${printable(said)}\n`);
    }
  }
}

function placeOf(context: CliContext, output: string): string {
  return resolve(context.directory, output);
}

/** Bytes, folders and servers cannot be standard output. */
function wanted({ output }: ExportOptions, format: TrialFormat, form: string): string {
  if (output !== undefined) return output;
  throw new SweepError('USAGE', `--format ${format} needs a place`, { hint: `name one: -o ${form}` });
}

/** As MLflow's own clients take it from the environment. */
function mlflowAuthorization({ environment }: CliContext): string | null {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
  } = environment;
  if (token !== undefined) return `Bearer ${token}`;
  return user === undefined ? null : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
}

/** Into a new or empty folder. */
function writeFolder(folder: string, files: Iterable<LogFile>, isForced: boolean): void {
  if (!isForced && existsSync(folder) && readdirSync(folder).length > 0)
    throw new SweepError('USAGE', `${folder} holds files`, {
      hint: 'name another folder, or write into this one with --force',
    });
  for (const { path, bytes } of files) writeFile(join(folder, path), bytes, true);
}

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
