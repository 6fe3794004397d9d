// What a trial's program finds: its working directory with the files of the study, its checkpoint, and its environment.
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '../../../src/make-directories.js';
import { fill, fillCommand, PARAMS_FILE } from '../../../src/program/placeholders.js';
import type { CommandConfig } from '../../../src/study/trial/trial.js';
import { filesFolder } from '../program-files.js';
import type { ProgramSettings, RunnerTrial } from '../runner.js';

export interface Workplace {
  /** Of this attempt alone, and removed after it. */
  readonly folder: string;
  readonly directory: string;
  readonly checkpoint: string;
  /** Its existence asks the program to end. */
  readonly stopFile: string;
  /** In the environment of all that it starts. */
  readonly mark: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** How libraries are told of their share of the processor. */
const THREAD_VARIABLES = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'RAYON_NUM_THREADS',
  'GOMAXPROCS',
];
/** And of their device. */
const DEVICE_VARIABLES = ['CUDA_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'ZE_AFFINITY_MASK', 'SWEEP_DEVICE'];

export function makeWorkplace(
  { config, place, until }: RunnerTrial<CommandConfig>,
  cacheDirectory: string,
  programs: ProgramSettings,
): Workplace {
  const mark = randomUUID();
  const folder = join(cacheDirectory, 'trials', mark);
  const directory = join(folder, 'work');
  const checkpoint = join(folder, 'checkpoint');
  makeDirectories(directory);
  makeDirectories(checkpoint);
  const { params, seed } = config;
  const epochs = until ?? config.epochs;
  const files = filesFolder(config, cacheDirectory);
  if (files !== null) linkFiles(files, directory);
  const paramsPath = join(folder, PARAMS_FILE);
  writeFileSync(paramsPath, `${JSON.stringify(params)}\n`);
  const device = programs.devices[place.slot];
  const given = Object.entries(config.environment).map(([name, text]) => [
    name,
    fill(text, params, paramsPath),
  ]);
  return {
    folder,
    directory,
    checkpoint,
    stopFile: join(directory, 'stop'),
    mark,
    argv: fillCommand(config, params, paramsPath),
    environment: {
      ...inherited(programs.environment),
      ...Object.fromEntries(THREAD_VARIABLES.map((name) => [name, String(programs.threads)])),
      ...(device === undefined ? {} : Object.fromEntries(DEVICE_VARIABLES.map((name) => [name, device]))),
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      ...Object.fromEntries(given),
      SWEEP_PARAMS: JSON.stringify(params),
      SWEEP_PARAMS_FILE: paramsPath,
      SWEEP_TRIAL_ID: place.trial,
      SWEEP_ATTEMPT: String(place.attempt),
      SWEEP_SLOT: String(place.slot),
      SWEEP_SEED: String(seed),
      ...(epochs === undefined ? {} : { SWEEP_EPOCHS: String(epochs) }),
      SWEEP_CHECKPOINT_DIR: checkpoint,
      SWEEP_DIR: directory,
      SWEEP_METRICS_FD: '3',
      SWEEP_MARK: mark,
    },
  };
}

/**
 * Folders of the trial's own with links to the files: programs find what lies beside them by their real place, and what they
 * write beside it, or put in its place, is theirs alone.
 */
function linkFiles(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // Packages are thousands of files, which no program writes to.
    if (entry.isDirectory() && entry.name !== 'node_modules') {
      mkdirSync(target);
      linkFiles(source, target);
    } else symlinkSync(source, target);
  }
}

/** What a worker is told of by variables, its keys among them, is none of a program's business. */
const OWN_VARIABLE = /^(SWEEP|NATS)_/;

function inherited(environment: ProgramSettings['environment']): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !OWN_VARIABLE.test(name)));
}

export function removeWorkplace({ folder }: Workplace): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Bytes of a folder's files; links are not followed. */
export function sizeOf(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
      if (entry.isSymbolicLink()) return sum;
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? sizeOf(path) : allocated(path));
    }, 0);
  } catch {
    // Removed meanwhile.
    return 0;
  }
}

/** What a file takes of the disk: one with holes is no fault. */
function allocated(path: string): number {
  return (lstatSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
}
