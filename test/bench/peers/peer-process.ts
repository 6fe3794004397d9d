// A Python process that trains the same model: started once, told what to build, asked for a step at a time.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import type { ModelDefinition, NamedTensor } from '../../../src/engine/engine.js';
import { batchIndices } from '../jena-shaped.js';

const SCRIPT = fileURLToPath(new URL('../../../../test/bench/peers/peer.py', import.meta.url));

export interface PeerKind {
  readonly framework: 'torch' | 'keras' | 'jax';
  /** Of Keras. */
  readonly backend?: string;
}

export interface PeerStep {
  readonly ms: number;
  /** Of the batch, before the step. */
  readonly loss: number;
}

export class PeerProcess {
  private readonly answers: AsyncIterator<string>;
  private readonly directory = mkdtempSync(join(tmpdir(), 'sweep-peer-'));

  private constructor(
    private readonly child: ChildProcess,
    private readonly stderr: () => string,
  ) {
    if (child.stdout === null) throw new Error('the peer has no standard output');
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** null where `python` lacks the framework: said on standard error. */
  static async start(
    python: string,
    { framework, backend }: PeerKind,
  ): Promise<{ peer: PeerProcess; version: string } | null> {
    const env = { ...process.env, ...(backend === undefined ? {} : { KERAS_BACKEND: backend }) };
    const child = spawn(python, [SCRIPT, framework], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-2_000);
    });
    child.on('error', (error) => {
      stderr += error.message;
    });
    const peer = new PeerProcess(child, () => stderr);
    try {
      const { version } = (await peer.read()) as { version: string };
      return { peer, version };
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      process.stderr.write(
        `${framework}${backend === undefined ? '' : ` on ${backend}`} is left out: ${why}\n`,
      );
      peer.stop();
      return null;
    }
  }

  /** The same layers, weights (in Keras layout) and one batch. */
  async build(
    definition: ModelDefinition,
    weights: readonly NamedTensor[],
    samples: SampleSet,
    batch: number,
  ): Promise<void> {
    const { layers, timesteps, features, loss } = definition;
    const size = timesteps * features;
    const x = new Float32Array(batch * size);
    const { targetUnits = 1 } = samples;
    const y = new Float32Array(batch * targetUnits);
    const indices = batchIndices(samples, 0, batch);
    samples.gather(indices, 0, batch, x, 0, features, size);
    samples.gatherTargets(indices, 0, batch, y, 0);
    const file = join(this.directory, 'arrays.f32');
    writeFileSync(file, Buffer.concat([x, y, ...weights.map(({ values }) => values)].map(bytesOf)));
    const shapes = [[batch, timesteps, features], [batch, targetUnits], ...kerasShapes(weights)];
    const told = layers.map((layer, at) => ({
      ...layer,
      projects: weights.some(({ name }) => name === `${at}.residual/projection/kernel`),
    }));
    await this.ask({ op: 'build', layers: told, loss, file, shapes });
  }

  async step(): Promise<PeerStep> {
    return (await this.ask({ op: 'step' })) as PeerStep;
  }

  async forward(): Promise<PeerStep> {
    return (await this.ask({ op: 'forward' })) as PeerStep;
  }

  stop(): void {
    this.child.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async ask(message: object): Promise<unknown> {
    this.child.stdin?.write(`${JSON.stringify(message)}\n`);
    return this.read();
  }

  private async read(): Promise<unknown> {
    const { value, done } = await this.answers.next();
    if (done) throw new Error(this.stderr().trim().split('\n').at(-1) ?? 'it ended without a word');
    return JSON.parse(value);
  }
}

/** Keras has the two biases of a GRU with reset after as one array `[2, 3U]`; their values already follow each other. */
function kerasShapes(weights: readonly NamedTensor[]): (readonly number[])[] {
  return weights.flatMap(({ name, shape }, at) => {
    if (name.endsWith('/recurrentBias')) return [];
    return [weights[at + 1]?.name.endsWith('/recurrentBias') ? [2, ...shape] : shape];
  });
}

const bytesOf = (values: Float32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);
