// What ties a study to what it was created with: its first event holds the spec, and digests of the spec and of the plan that
// followed from it. A record that was edited since, or a version that plans other trials, would fill the places of one study
// with the trials of another: both are refused by name.
import { createHash } from 'node:crypto';
import type { BusCapabilities, StudyRecord } from '../bus/bus.js';
import { hashFile } from '../dataset/prepared/hash-file.js';
import { sourceFiles } from '../dataset/source-files.js';
import { missingFile } from '../dataset/sources/missing-file.js';
import { SweepError } from '../errors.js';
import type { Logger } from '../log.js';
import { canonicalJson, hashJson } from '../study/canonical-json.js';
import type { DatasetSpec } from '../study/dataset-source.js';
import type { DatasetInfo, StudyBinding, StudyEvent } from '../study/events.js';
import type { Params } from '../study/trial/trial.js';
import { BadPointError, type StudyPlan } from './plan/study-plan.js';

type CreatedEvent = Extract<StudyEvent, { type: 'study.created' }>;

/** Points that stand for a plan: the first, the last and others between. */
const TRIALS_SAMPLED = 32;
const DIFFERENCES_NAMED = 5;
const MAX_VALUE_TEXT = 60;

export function bindStudy(spec: unknown, plan: StudyPlan): StudyBinding {
  return { spec: hashJson(throughJson(spec)), plan: digestPlan(plan) };
}

/** As it is read back. */
function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Digest of how many trials there are, what they are ranked by, and which trials points of the space are: ids hold all that a result depends on. */
function digestPlan(plan: StudyPlan): string {
  const trials: string[] = [];
  for (const params of plan.samplePoints()) {
    if (trials.length === TRIALS_SAMPLED) break;
    trials.push(trialOf(plan, params));
  }
  const { total, repeats, objective } = plan;
  return hashJson({ total, repeats, objective, trials });
}

function trialOf(plan: StudyPlan, params: Params): string {
  try {
    return plan.resolve(params, 0).trial;
  } catch (thrown) {
    if (thrown instanceof BadPointError) return thrown.point.trial;
    throw thrown;
  }
}

/** Throws SPEC_INVALID when the record of the study is not what it was created with, naming what differs. */
export function checkRecord(bus: BusCapabilities, record: StudyRecord, created: CreatedEvent): void {
  const isSame =
    record.name === created.name &&
    record.study === created.study &&
    canonicalJson(record.spec) === canonicalJson(created.spec) &&
    (created.binding === undefined || created.binding.spec === hashJson(record.spec));
  if (isSame) return;
  const place = bus.placeOfRecord(created.study);
  const differences = [
    ...compare('name', created.name, record.name),
    ...compare('study', created.study, record.study),
    ...compare('spec', created.spec, record.spec),
  ];
  const named = differences.slice(0, DIFFERENCES_NAMED);
  const more = differences.length - named.length;
  throw new SweepError(
    'SPEC_INVALID',
    `the sweep of study ${created.study} was changed since it was created, in ${place}: ` +
      `${named.join('; ') || 'its digest is another'}${more > 0 ? `; and ${more} more` : ''}`,
    {
      path: place,
      hint: 'a study keeps the sweep it was created with: put that back as it was, or start the changed one with sweep start (finished trials come from the result cache)',
    },
  );
}

/** One line for each place at which two JSON values differ, lists of values as a whole. */
function compare(path: string, before: unknown, after: unknown): string[] {
  if (isSame(before, after)) return [];
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after))
    return [`${path} was ${show(before)} and is ${show(after)}`];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  // Reordered or lengthened: the list is what changed, not each of its places.
  if (Array.isArray(before) && (keys.length !== Object.keys(before).length || !before.some(isBranch)))
    return [`${path} was ${show(before)} and is ${show(after)}`];
  return keys.flatMap((key) =>
    compare(Array.isArray(before) ? `${path}[${key}]` : `${path}.${key}`, before[key], after[key]),
  );
}

function isSame(before: unknown, after: unknown): boolean {
  if (before === undefined || after === undefined) return before === after;
  return canonicalJson(before) === canonicalJson(after);
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not there';
  return text.length <= MAX_VALUE_TEXT ? text : `${text.slice(0, MAX_VALUE_TEXT - 1)}…`;
}

/** Throws VERSION_MISMATCH when this program plans other trials for the spec than the one that created the study. */
export function checkPlan(created: CreatedEvent, plan: StudyPlan, logger: Pick<Logger, 'warn'>): void {
  const { study, version, binding } = created;
  if (binding === undefined) {
    logger.warn(
      `study ${study} was created by a version that did not bind it to its plan: it goes on unchecked`,
    );
    return;
  }
  if (binding.plan === digestPlan(plan)) return;
  throw new SweepError(
    'VERSION_MISMATCH',
    `the trials of study ${study} are not those it was created with: sweep ${version} planned others from the same sweep`,
    { hint: `go on with it by sweep ${version}, or start the sweep again with this version` },
  );
}

/**
 * Throws DATASET_NOT_FOUND when the file that the study's data were read from is here with other contents. One that is gone
 * is no change: the prepared data may still be here.
 */
export async function checkSource(
  { source, sourceDigest }: DatasetInfo,
  spec: DatasetSpec | null,
  cacheDirectory: string,
): Promise<void> {
  if (sourceDigest === undefined || spec === null) return;
  const sources = (await sourceFiles(spec, cacheDirectory)).filter(
    ({ name, paths }) => name === source && paths.every((path) => missingFile(path) === null),
  );
  let found = '';
  for (const { paths } of sources) {
    found = await hashFiles(paths);
    if (found === sourceDigest) return;
  }
  const changed = sources.at(-1)?.paths.join(' or ');
  if (changed === undefined) return;
  throw new SweepError(
    'DATASET_NOT_FOUND',
    `${changed} has changed since the study was started on it: its SHA-256 was ${sourceDigest} and is ${found}`,
    {
      path: changed,
      hint: 'bring the original file back, or start the sweep again on the new one: sweep start',
    },
  );
}

/** SHA-256 of the files one after the other. */
async function hashFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) await hashFile(path, (bytes) => hash.update(bytes));
  return hash.digest('hex');
}
