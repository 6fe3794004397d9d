// From the text of a sweep file to a checked SweepSpec, or to one error that holds all that is wrong with it.
import { formatPath, type JsonPath, valueAt } from '../schema/json-path.js';
import { taskOfData } from '../task/registry.js';
import { checkMeaning } from './check/check-meaning.js';
import { addIssues } from './check/issues.js';
import { kindOfSection, replaceSource } from './data/data-kinds.js';
import { judgedRowsOf } from './judged-rows.js';
import { typeOfSection, untrainedRow } from './objective/registry.js';
import { type Locate, Problems } from './problems.js';
import { applyProfile, originInProfile } from './profile.js';
import { readSpec } from './read-spec.js';
import { sweepFileSchema } from './sweep-schema.js';
import type { SweepSpec } from './sweep-spec.js';
import { readJsonText } from './text/json-text.js';
import { isObject } from './text/merge.js';
import { makingOption, overriding } from './text/override-origin.js';
import { applyOverride, type Override, readOverride } from './text/overrides.js';
import { applyToVariants } from './variants.js';

export interface ParseOptions {
  /** `path=value`, applied in order. */
  readonly overrides?: readonly string[];
  /** Replaces the file's source: a name, or a CSV path relative to the working directory. */
  readonly dataSource?: string;
  /** One of the file's profiles: laid over it before anything else. */
  readonly profile?: string;
  readonly seed?: number;
  readonly maxTrials?: number;
}

export interface SweepText {
  readonly spec: SweepSpec;
  /** The files of its objective, to be stored with a study; null or absent: none, or they are stored already. */
  readonly bundle?: Uint8Array | null;
  /** For what is wrong with a field and shows only with the data. */
  readonly locate: Locate;
}

/** As parseSweepText, for those who need the spec alone. */
export function parseSweepSpec(text: string, file: string, options: ParseOptions = {}): SweepSpec {
  return parseSweepText(text, file, options).spec;
}

/**
 * Reads and checks a sweep file. `file` is its path: CSV paths in it are relative to its folder.
 * Throws one SweepError with the code of the first problem and all further ones in `others`.
 */
export function parseSweepText(text: string, file: string, options: ParseOptions = {}): SweepText {
  const problems = new Problems();
  const source = readJsonText(text, file, problems);
  const overrides = readOverrides(options);
  const { dataSource, profile } = options;
  const chosen = profile === undefined ? source.value : applyProfile(source.value, profile);
  let document = overrides.reduce(applyToVariants, chosen);
  if (dataSource !== undefined)
    document = applyOverride(document, {
      path: ['dataset'],
      value: replaceSource(valueAt(document, ['dataset']), dataSource),
      option: `--data ${dataSource}`,
    });

  document = fillTaskDefaults(withObjectiveType(document));
  const optionOf = (path: JsonPath) => overriding(overrides, path) ?? makingOption(overrides, chosen, path);
  const isTyped = (path: JsonPath) => optionOf(path) !== undefined;

  const checked = sweepFileSchema.safeParse(document);
  if (!checked.success) {
    const space = valueAt(document, ['space']);
    const dimensions = typeof space === 'object' && space !== null ? Object.keys(space) : [];
    addIssues(checked.error.issues, [], { document, dimensions, isTyped }, problems);
  }
  checkMeaning(document, isTyped, problems);
  const inProfile = (path: JsonPath) =>
    profile === undefined || optionOf(path) !== undefined
      ? path
      : originInProfile(source.value, profile, path);
  const originOf = (path: JsonPath) => inProfile(asWritten(document, path));
  const locate: Locate = (path) => {
    if (dataSource !== undefined && formatPath(path.slice(0, 2)) === 'dataset.source')
      return `--data ${dataSource}`;
    return optionOf(path) ?? `${file}:${source.locate(path)}`;
  };
  problems.movedTo(originOf).throwIfAny(locate);
  const spec = readSpec(checked.data!, document, file);
  const judged = judgedRowsOf(spec);
  return {
    spec: {
      ...spec,
      ...(judged === undefined ? {} : { judged }),
      ...(profile === undefined ? {} : { profile }),
    },
    locate: (path) => locate(originOf(path)),
  };
}

/** The only value of a dimension that is written as a plain value is not in a list. */
function asWritten(document: unknown, path: JsonPath): JsonPath {
  const [section, , place] = path;
  if (section !== 'space' || typeof place !== 'number') return path;
  const dimension = path.slice(0, 2);
  return Array.isArray(valueAt(document, dimension)) ? path : dimension;
}

function readOverrides(options: ParseOptions): Override[] {
  const { overrides = [], seed, maxTrials } = options;
  return [
    ...overrides.map(readOverride),
    ...(seed === undefined ? [] : [{ path: ['seed'], value: seed, option: `--seed ${seed}` }]),
    ...(maxTrials === undefined
      ? []
      : [{ path: ['limits', 'maxTrials'], value: maxTrials, option: `--max-trials ${maxTrials}` }]),
  ];
}

/** An objective with a command, or a module, is one without saying so. */
function withObjectiveType(document: unknown): unknown {
  if (!isObject(document) || !isObject(document.objective)) return document;
  const type = typeOfSection(document.objective);
  return type === undefined ? document : { ...document, objective: { type, ...document.objective } };
}

/** What the file leaves unsaid follows from the task: its loss and its metric. */
function fillTaskDefaults(document: unknown): unknown {
  if (!isObject(document) || !isObject(document.dataset)) return document;
  const { training = {}, objective = {} } = document;
  if (isObject(objective) && untrainedRow(objective.type) !== null) return document;
  const { loss, metrics } = taskOfData({ kind: kindOfSection(document.dataset) });
  return {
    ...document,
    training: isObject(training) ? { loss, ...training } : training,
    objective: isObject(objective) ? { metric: metrics[0].name, ...objective } : objective,
  };
}
