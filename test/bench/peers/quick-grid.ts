// The grid of sweeps/quick.json end to end: `sweep start` on prepared data, the same trials in a pool of PyTorch processes,
// and in Ray Tune with PyTorch; whole commands one after another, each on all processors.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATA_OFFSET } from '../../../src/dataset/prepared/prepared-format.js';
import type { LeaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';

const COMMAND = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));
const SWEEP_FILE = fileURLToPath(new URL('../../../../sweeps/quick.json', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../../../test/bench/peers/quick_grid.py', import.meta.url));

export interface GridRun {
  readonly who: string;
  readonly seconds: number;
  /** Of the best trial, normalised. */
  readonly validationMae: number;
}

export function benchQuickGrid(python: string): GridRun[] {
  const home = mkdtempSync(join(tmpdir(), 'sweep-peers-'));
  try {
    const env = { ...process.env, SWEEP_CACHE: join(home, 'cache') };
    const sweep = (...args: readonly string[]) =>
      spawnSync(process.execPath, [COMMAND, ...args, '--home', home], { encoding: 'utf8', env });
    // The data are prepared, and the kernels compared, before anything is timed.
    must(
      sweep(
        'start',
        SWEEP_FILE,
        '--set',
        'training.stepsPerEpoch=1',
        '--set',
        'training.epochs=1',
        '--quiet',
      ),
    );
    const data = preparedSeries(join(home, 'cache'));
    const ours = timed(() => sweep('start', SWEEP_FILE, '--json', '--quiet'));
    const [best] = (JSON.parse(ours.stdout) as LeaderboardDocument).leaderboard;
    if (best === undefined || best.rank === null) throw new Error('the grid has no ranked trial');
    const runs: GridRun[] = [{ who: 'sweep start', seconds: ours.seconds, validationMae: best.objective }];
    for (const mode of ['pool', 'ray']) {
      const peer = timed(() => spawnSync(python, [SCRIPT, mode, SWEEP_FILE, ...data], { encoding: 'utf8' }));
      const answer = JSON.parse(peer.stdout.trim().split('\n').at(-1) ?? '') as {
        version: string;
        validationMae: number;
      };
      runs.push({ who: answer.version, seconds: peer.seconds, validationMae: answer.validationMae });
    }
    return runs;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export function formatGrid(runs: readonly GridRun[]): string {
  const ours = runs[0]?.seconds ?? Number.NaN;
  const lines = runs.map(
    ({ who, seconds, validationMae }) =>
      `${who}: ${seconds.toFixed(1)} s (${(seconds / ours).toFixed(2)} times), best validation MAE ${validationMae.toFixed(4)}`,
  );
  return ['the grid of sweeps/quick.json', ...lines].join('\n');
}

/** File, offset of its values, features, column of the target. */
function preparedSeries(cache: string): string[] {
  const files = readdirSync(cache, { recursive: true, encoding: 'utf8' });
  const series = files.find((name) => name.endsWith('.f32'));
  if (series === undefined) throw new Error(`no prepared series in ${cache}`);
  const file = join(cache, series);
  const { columns } = JSON.parse(readFileSync(file.replace(/f32$/, 'json'), 'utf8')) as {
    columns: { name: string }[];
  };
  const { dataset } = JSON.parse(readFileSync(SWEEP_FILE, 'utf8')) as { dataset: { target: string } };
  const target = columns.findIndex(({ name }) => dataset.target.startsWith(name));
  return [file, String(DATA_OFFSET), String(columns.length), String(target)];
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function must<Run extends Ended>(run: Run): Run {
  if (run.status !== 0) throw new Error(run.stderr || run.stdout || `it ended with ${run.status}`);
  return run;
}

function timed(work: () => Ended): Ended & { readonly seconds: number } {
  const startedMs = performance.now();
  const run = must(work());
  return { ...run, seconds: (performance.now() - startedMs) / 1e3 };
}
