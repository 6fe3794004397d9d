// `npm run bench -- search`: what samplers find of functions whose least value is known, over twenty seeds, beside random
// search in the same run; and how long a proposal takes. Where SWEEP_PEERS_PYTHON names an interpreter that has Optuna, its
// default sampler plays too.
import Table from 'cli-table3';
import { SAMPLERS } from '../../../src/search/registry.js';
import type { Sampler } from '../../../src/search/sampler.js';
import type { Space } from '../../../src/search/space/dimension.js';
import { benchFronts, type FrontArea } from './fronts.js';
import { OptunaPeer } from './optuna-peer.js';
import { type Course, playStudy } from './play.js';
import { PROBLEMS, type Problem } from './problems.js';

const SEED_LIST = Array.from({ length: 20 }, (_, place) => place + 1);
const TRIALS = 100;
/** Trials after which regret is told. */
const MARKS = [50, TRIALS] as const;

interface Contestant {
  readonly name: string;
  create(space: Space, seed: number): Sampler;
}

function plain(type: 'random' | 'sobol'): Contestant {
  return {
    name: type,
    create: (space, seed) =>
      SAMPLERS[type].create(space, SAMPLERS[type].schema.parse({ type }) as never, seed),
  };
}

function learning(type: 'tpe' | 'gp' | 'auto', window: number): Contestant {
  return {
    name: `${type}, ${window === 1 ? 'one after another' : `${window} at once`}`,
    create: (space, seed) =>
      SAMPLERS[type].create(space, SAMPLERS[type].schema.parse({ type, window }) as never, seed),
  };
}

const CONTESTANTS: readonly Contestant[] = [
  plain('random'),
  plain('sobol'),
  learning('tpe', 1),
  learning('auto', 1),
  learning('auto', 8),
];

/** Quartiles over the seeds. */
interface Regret {
  readonly problem: string;
  readonly sampler: string;
  readonly trials: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

interface ProposalTime {
  readonly sampler: string;
  /** Results that were known. */
  readonly trials: number;
  readonly medianMs: number;
  /** Those among them that fit parameters anew are in it. */
  readonly meanMs: number;
}

export interface SamplerBench {
  readonly regrets: readonly Regret[];
  readonly proposals: readonly ProposalTime[];
  readonly fronts: readonly FrontArea[];
}

export async function benchSamplers(): Promise<SamplerBench> {
  const python = process.env.SWEEP_PEERS_PYTHON;
  const optuna = python ? await OptunaPeer.start(python) : null;
  const regrets: Regret[] = [];
  for (const problem of PROBLEMS) {
    for (const { name, create } of CONTESTANTS) {
      const courses = SEED_LIST.map((seed) => playStudy(create(problem.space, seed), problem, TRIALS));
      regrets.push(...regretsOf(problem, name, courses));
    }
    if (optuna === null) continue;
    const courses: Course[] = [];
    for (const seed of SEED_LIST) courses.push(await optuna.play(problem, seed, TRIALS));
    regrets.push(...regretsOf(problem, `optuna ${optuna.version}`, courses));
  }
  await optuna?.close();
  return {
    regrets,
    proposals: [
      timeProposals(learning('tpe', 1), [100, 1000, 10_000]),
      timeProposals(learning('gp', 1), [100, 250]),
    ].flat(),
    fronts: benchFronts(SEED_LIST.length, [...MARKS, 250]),
  };
}

function regretsOf(problem: Problem, name: string, courses: readonly Course[]): Regret[] {
  return MARKS.map((trials) => {
    const values = courses.map(({ regrets }) => regrets[Math.min(trials, regrets.length) - 1] ?? Number.NaN);
    const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share)) as [
      number,
      number,
      number,
    ];
    return { problem: problem.name, sampler: name, trials, low, median, high };
  });
}

/** Of the last proposals before each count, in six dimensions. */
function timeProposals({ name, create }: Contestant, counts: readonly number[]): ProposalTime[] {
  const problem = PROBLEMS.find(({ name: own }) => own === 'hartmann6');
  if (problem === undefined) throw new Error('the problem to be timed is gone');
  const { proposalMs } = playStudy(create(problem.space, 1), problem, Math.max(...counts));
  return counts.map((trials) => {
    const last = proposalMs.slice(trials - Math.ceil(trials / 5), trials);
    const meanMs = last.reduce((sum, ms) => sum + ms, 0) / last.length;
    return { sampler: name, trials, medianMs: quantile(last, 0.5), meanMs };
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? low) - low);
}

export function describeSamplers({ regrets, proposals, fronts }: SamplerBench): string {
  const style = { head: [], border: [] };
  const table = new Table({
    head: ['regret', 'sampler', 'trials', 'median', 'quartiles'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style,
  });
  for (const { problem, sampler, trials, low, median, high } of regrets)
    table.push([
      problem,
      sampler,
      trials,
      median.toPrecision(3),
      `${low.toPrecision(3)} – ${high.toPrecision(3)}`,
    ]);
  const times = new Table({
    head: ['time of a proposal', 'after trials', 'median ms', 'mean ms'],
    colAligns: ['left', 'right', 'right', 'right'],
    style,
  });
  for (const { sampler, trials, medianMs, meanMs } of proposals)
    times.push([sampler, trials, medianMs.toFixed(2), meanMs.toFixed(2)]);
  const areas = new Table({
    head: ['area behind the front', 'sampler', 'trials', 'median', 'quartiles'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    style,
  });
  for (const { problem, sampler, trials, areas: own } of fronts) {
    const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(own, share).toPrecision(3));
    areas.push([problem, sampler, trials, median, `${low} – ${high}`]);
  }
  return `${table.toString()}\n${times.toString()}\n${areas.toString()}`;
}
