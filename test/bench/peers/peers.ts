// Training steps and forward passes of ours beside PyTorch, Keras and JAX in one run: the same model, weights and batch,
// one core each, turn by turn. Losses must agree before anything is timed. `SWEEP_PEERS_PYTHON` names a Python that has
// some of them; a framework that it lacks is left out and said so.
import assert from 'node:assert/strict';
import Table from 'cli-table3';
import type { WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { openBenchEngine } from '../bench-engine.js';
import { BATCH, batchIndices } from '../jena-shaped.js';
import { median } from '../measure.js';
import { productFlops } from '../model-flops.js';
import type { ProductRate } from '../product-rate.js';
import { trainingStep } from '../training-step.js';
import { type PeerCase, peerCases } from './peer-cases.js';
import { type PeerKind, PeerProcess } from './peer-process.js';

const KINDS: readonly PeerKind[] = [
  { framework: 'torch' },
  { framework: 'keras', backend: 'tensorflow' },
  { framework: 'keras', backend: 'jax' },
  { framework: 'jax' },
];
const WARM_UP = 3;
const LEAST_ROUNDS = 5;
const MOST_ROUNDS = 30;
/** Milliseconds that the rounds of a case may take together. */
const BUDGET_MS = 12_000;
/** Relative: all sum in float32, each in an order of its own. */
const LOSS_TOLERANCE = 1e-3;

interface Timing {
  readonly stepMs: number;
  readonly forwardMs: number;
}

/** What our products alone would take at the rate that this machine reached in the same rounds. */
interface Limit extends Timing {
  /** The quickest of ours and of the rate, since noise only adds time. */
  readonly stepShare: number;
  readonly forwardShare: number;
}

export interface PeerRow {
  readonly model: string;
  readonly ours: Timing;
  readonly limit: Limit;
  /** By version, such as `PyTorch 2.13.0`. */
  readonly peers: Readonly<Record<string, Timing>>;
}

export interface PeerReport {
  readonly kernels: string;
  readonly rows: readonly PeerRow[];
}

interface Peer {
  readonly version: string;
  readonly process: PeerProcess;
}

/** @param only names of models; empty: all. */
export async function benchPeers(python: string, only: readonly string[]): Promise<PeerReport> {
  const { engine, kernels, rate } = await openBenchEngine();
  const started = await Promise.all(KINDS.map((kind) => PeerProcess.start(python, kind)));
  const peers = started.flatMap((one) => (one === null ? [] : [{ version: one.version, process: one.peer }]));
  try {
    assert.ok(peers.length > 0, `${python} has none of torch, keras and jax`);
    const cases = peerCases().filter(({ name }) => only.length === 0 || only.includes(name));
    const rows: PeerRow[] = [];
    for (const entry of cases) {
      process.stderr.write(`${entry.name}\n`);
      rows.push(await timeCase(engine, rate, entry, peers));
    }
    return { kernels, rows };
  } finally {
    for (const peer of peers) peer.process.stop();
  }
}

async function timeCase(
  engine: WasmEngine,
  rate: ProductRate,
  { name, definition, samples }: PeerCase,
  peers: readonly Peer[],
): Promise<PeerRow> {
  const model = engine.build(definition);
  const weights = model.weights();
  const loss = model.trainBatch(samples, batchIndices(samples, 0), {
    epoch: 1,
    step: 0,
    learningRate: 0.001,
  });
  for (const peer of peers) {
    await peer.process.build(definition, weights, samples, BATCH);
    const theirs = (await peer.process.step()).loss;
    const isEqual = Math.abs(theirs - loss) <= LOSS_TOLERANCE * loss;
    assert.ok(isEqual, `${name}: the first loss of ${peer.version} is ${theirs}, ours ${loss}`);
  }
  const step = trainingStep(model, samples);
  const indices = batchIndices(samples, 0);
  const predictions = new Float32Array(BATCH * model.outputUnits);
  const timeOurs = (work: () => void): number => {
    const startedMs = performance.now();
    work();
    return performance.now() - startedMs;
  };
  const names = ['', ...peers.map(({ version }) => version)];
  const steps = new Map<string, number[]>(names.map((each) => [each, []]));
  const forwards = new Map<string, number[]>(names.map((each) => [each, []]));
  const rates: number[] = [];
  let rounds = LEAST_ROUNDS;
  for (let round = -WARM_UP; round < rounds; round++) {
    const startedMs = performance.now();
    const note = (to: Map<string, number[]>, who: string, ms: number) => {
      if (round >= 0) to.get(who)?.push(ms);
    };
    note(steps, '', timeOurs(step));
    note(
      forwards,
      '',
      timeOurs(() => model.predict(samples, indices, predictions)),
    );
    rates.push(timeOurs(rate.run));
    for (const peer of peers) {
      note(steps, peer.version, (await peer.process.step()).ms);
      note(forwards, peer.version, (await peer.process.forward()).ms);
    }
    if (round === -1)
      rounds = Math.min(
        MOST_ROUNDS,
        Math.max(LEAST_ROUNDS, Math.floor(BUDGET_MS / (performance.now() - startedMs))),
      );
  }
  model.dispose();
  const timing = (who: string): Timing => ({
    stepMs: median(steps.get(who) ?? []),
    forwardMs: median(forwards.get(who) ?? []),
  });
  return {
    model: name,
    ours: timing(''),
    limit: limitOf(productFlops(definition, BATCH), rate, rates, steps.get('') ?? [], forwards.get('') ?? []),
    peers: Object.fromEntries(peers.map(({ version }) => [version, timing(version)])),
  };
}

function limitOf(
  flops: ReturnType<typeof productFlops>,
  rate: ProductRate,
  rates: readonly number[],
  steps: readonly number[],
  forwards: readonly number[],
): Limit {
  const msOf = (count: number, rateMs: number) => (count / rate.flops) * rateMs;
  const share = (count: number, ours: readonly number[]) =>
    msOf(count, Math.min(...rates)) / Math.min(...ours);
  return {
    stepMs: msOf(flops.step, median(rates)),
    forwardMs: msOf(flops.forward, median(rates)),
    stepShare: share(flops.step, steps),
    forwardShare: share(flops.forward, forwards),
  };
}

/** Milliseconds, how much of this machine's rate ours reach, and how many times ours each peer takes. */
export function formatPeers({ kernels, rows }: PeerReport): string {
  const versions = Object.keys(rows[0]?.peers ?? {});
  const part = (title: string, of: (timing: Timing) => number, shareOf: (limit: Limit) => number): string => {
    const table = new Table({
      head: [title, `ours (${kernels})`, 'of limit', ...versions],
      colAligns: ['left', 'right', 'right', ...versions.map(() => 'right' as const)],
      style: { head: [], border: [] },
    });
    for (const { model, ours, limit, peers } of rows)
      table.push([
        model,
        of(ours).toFixed(2),
        `${(100 * shareOf(limit)).toFixed(0)} %`,
        ...versions.map((version) => {
          const ms = of(peers[version] ?? { stepMs: Number.NaN, forwardMs: Number.NaN });
          return `${ms.toFixed(2)} (${(ms / of(ours)).toFixed(2)} times)`;
        }),
      ]);
    return table.toString();
  };
  return [
    part(
      'training step, ms',
      ({ stepMs }) => stepMs,
      ({ stepShare }) => stepShare,
    ),
    part(
      'forward pass, ms',
      ({ forwardMs }) => forwardMs,
      ({ forwardShare }) => forwardShare,
    ),
  ].join('\n');
}
