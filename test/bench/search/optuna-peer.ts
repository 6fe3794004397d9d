// Optuna's default sampler in a process of its own, on the same problems: what ours are measured against. Its interpreter is
// named by SWEEP_PEERS_PYTHON.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Params } from '../../../src/study/trial/trial.js';
import type { Course } from './play.js';
import type { Problem } from './problems.js';

/** From dist/test/bench/search, where the benchmarks run, to the source. */
const SCRIPT = fileURLToPath(new URL('../../../../test/bench/search/optuna_peer.py', import.meta.url));

export class OptunaPeer {
  private constructor(
    readonly version: string,
    private readonly child: ChildProcess,
    private readonly lines: AsyncIterator<string>,
  ) {}

  static async start(python: string): Promise<OptunaPeer> {
    const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child, 'spawn');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value } = await lines.next();
    if (value === undefined) throw new Error(`${python} does not run ${SCRIPT}: is optuna installed there?`);
    return new OptunaPeer((JSON.parse(value) as { version: string }).version, child, lines);
  }

  /** One trial after another; ours see the same. */
  async play({ space, least, valueAt }: Problem, seed: number, trials: number): Promise<Course> {
    const regrets: number[] = [];
    const proposalMs: number[] = [];
    let best = Number.POSITIVE_INFINITY;
    let request: object = { start: space, seed };
    for (let point = 0; point < trials; point++) {
      const startedMs = performance.now();
      const params = await this.ask(request);
      proposalMs.push(performance.now() - startedMs);
      const value = valueAt(params);
      request = { value };
      best = Math.min(best, value);
      regrets.push(best - least);
    }
    return { regrets, proposalMs };
  }

  async close(): Promise<void> {
    this.child.stdin?.end();
    await once(this.child, 'close');
  }

  private async ask(request: object): Promise<Params> {
    this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    if (done === true) throw new Error('optuna_peer.py ended: its error stands above');
    return JSON.parse(value) as Params;
  }
}
