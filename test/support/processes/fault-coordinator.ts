// A coordinator process that kills itself at an exact step of its work: the product's `start`, over a bus that counts calls.

import { readFileSync } from 'node:fs';
import type { Bus } from '../../../src/bus/bus.js';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { systemClock } from '../../../src/coordinator/clock.js';
import { createStudy } from '../../../src/coordinator/create-study.js';
import { openStudy } from '../../../src/coordinator/open-study.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { aroundAppends } from '../fakes/around-appends.js';

export interface DeathStep {
  readonly method: 'append' | 'publishTrial' | 'writeCachedResult' | 'clearTrials';
  /** Of `append`. */
  readonly event?: StudyEvent['type'];
  readonly nth: number;
  readonly when: 'before' | 'after';
}

export interface FaultCoordinatorOptions {
  readonly url: string;
  readonly file: string;
  readonly cacheDirectory: string;
  readonly version: string;
  readonly leaseMs: number;
  readonly death: DeathStep;
}

const options = JSON.parse(process.argv[2] ?? '{}') as FaultCoordinatorOptions;
const { url, file, cacheDirectory, version, leaseMs } = options;
const spec = parseSweepSpec(readFileSync(file, 'utf8'), file);
const engine = await createWasmEngine();
const bus = dieAt(options.death, await openNatsBus({ servers: url, role: 'coordinator', leaseMs }));
const prepared = spec.dataset === null ? null : await prepareDataset(spec.dataset, { cacheDirectory });
const study = await createStudy({
  bus,
  spec,
  dataset: prepared?.metadata ?? null,
  engine,
  version,
  cacheDirectory,
  createdAt: new Date(),
  drawSuffix: () => process.pid % 0x10000,
});
process.stderr.write(`study ${study}\n`);
const opened = await openStudy({
  bus,
  study,
  engine,
  cacheDirectory,
  holder: `coordinator-${process.pid}`,
  version,
  slots: 0,
  clock: systemClock,
  logger: silentLogger,
});
await opened.finalize(await opened.run());
process.stderr.write('it ended, although it was to die\n');
process.exit(0);

function dieAt(step: DeathStep, inner: Bus): Bus {
  let calls = 0;
  const dieAround = async <Value>(operation: () => Promise<Value>): Promise<Value> => {
    const isStep = ++calls === step.nth;
    if (isStep && step.when === 'before') process.kill(process.pid, 'SIGKILL');
    const result = await operation();
    if (isStep) process.kill(process.pid, 'SIGKILL');
    return result;
  };
  const { method } = step;
  if (method === 'append') {
    return aroundAppends(inner, (event, append) =>
      step.event === undefined || event.type === step.event ? dieAround(append) : append(),
    );
  }
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== method) return value.bind(target);
      return (...args: unknown[]) => dieAround(async () => value.apply(target, args));
    },
  });
}
