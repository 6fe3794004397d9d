// `npm run bench -- record-curves`: makes the table of learning curves that `bench -- schedulers` replays, as two studies of
// the product itself: every configuration of curves.sweep.json to its end, then some of them once more with further seeds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { canonicalJson } from '../../../src/study/canonical-json.js';
import type { Params } from '../../../src/study/trial/trial.js';
import { type Configuration, SWEEP_PATH, writeCurveTable } from './curve-table.js';

const CLI = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const METRIC = 'validationMae';
/** Configurations with several seeds: the best, among which a search has to choose, and others evenly over the ranking. */
const BEST_REPEATED = 16;
const OTHERS_REPEATED = 16;
const SEEDS = 4;
/** More would not be read by anything, and weigh in the file. */
const DIGITS = 5;

interface Trial {
  readonly params: Params;
  readonly index: number;
  readonly curve: readonly number[];
}

/** About a quarter of an hour of one core. Answers the table's size and what was trained. */
export async function recordCurves(): Promise<{ readonly document: object; readonly text: string }> {
  const home = mkdtempSync(join(tmpdir(), 'sweep-curves-'));
  try {
    const all = await runStudy(home, 'all', []);
    const ranked = [...all].sort((one, other) => bestOf(one) - bestOf(other));
    const others = ranked.slice(BEST_REPEATED);
    const chosen = [
      ...ranked.slice(0, BEST_REPEATED),
      ...Array.from({ length: OTHERS_REPEATED }, (_, place) => {
        return others[Math.floor((place * others.length) / OTHERS_REPEATED)] as Trial;
      }),
    ];
    const again = await runStudy(home, 'seeds', [
      ...['--set', `enqueue=${JSON.stringify(chosen.map(({ params }) => params))}`],
      ...['--set', `repeats=${SEEDS}`, '--max-trials', String(chosen.length * SEEDS)],
    ]);
    const configurations = all.map(({ params, curve }): Configuration => {
      const seeds = again.filter((other) => canonicalJson(other.params) === canonicalJson(params));
      const curves = seeds.length > 0 ? seeds.map((seed) => seed.curve) : [curve];
      return { params, curves: curves.map((one) => one.map(round)) } as Configuration;
    });
    const epochs = Math.max(...all.map(({ curve }) => curve.length));
    const table = { version: 1, command: 'npm run bench -- record-curves', metric: METRIC, epochs } as const;
    const { path, sizeBytes } = writeCurveTable({ ...table, configurations });
    const document = {
      path,
      sizeBytes,
      configurations: all.length,
      repeated: chosen.length,
      seeds: SEEDS,
      epochs,
    };
    return {
      document,
      text: `${path}: ${sizeBytes} bytes, ${all.length} configurations, ${chosen.length} of them with ${SEEDS} seeds, ${epochs} epochs`,
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** By index. Each study has a home of its own, so that nothing of it is taken from a cache. */
async function runStudy(home: string, name: string, flags: readonly string[]): Promise<Trial[]> {
  const place = join(home, name);
  const { status } = spawnSync(
    process.execPath,
    [CLI, 'start', SWEEP_PATH, '--home', place, '--workers', '1', '--quiet', ...flags],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error(`the study "${name}" ended with exit code ${status}`);
  const bus = openLocalBus(place);
  try {
    const [record] = await bus.listStudies();
    if (record === undefined) throw new Error(`no study in ${place}`);
    return await readTrials(bus.events(record.study));
  } finally {
    await bus.close();
  }
}

async function readTrials(events: ReturnType<ReturnType<typeof openLocalBus>['events']>): Promise<Trial[]> {
  const curves = new Map<number, number[]>();
  const trials: Trial[] = [];
  for await (const { event } of events) {
    if (event.type === 'trial.report') {
      const curve = curves.get(event.index) ?? [];
      curves.set(event.index, curve);
      curve[event.report.epoch - 1] = event.report.metrics[METRIC] ?? Number.NaN;
    }
    if (event.type === 'trial.finished')
      trials.push({ index: event.index, params: event.params, curve: curves.get(event.index) ?? [] });
    if (event.type === 'trial.failed') throw new Error(`trial ${event.trial} failed: ${event.error.message}`);
  }
  return trials.sort((one, other) => one.index - other.index);
}

function bestOf({ curve }: Trial): number {
  return Math.min(...curve);
}

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
