// What `sweep worker` does: reads its options and runs the node.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { runWorker } from '../../worker/main.js';
import { SweepError } from '../errors.js';
import { createLogger } from '../log.js';
import type { CliContext } from './context.js';
import { type NatsFlags, readNatsAddress } from './nats-options.js';

const LABEL = /^[A-Za-z0-9_.:-]{1,64}$/;

export interface WorkerFlags extends NatsFlags {
  readonly concurrency?: number;
  readonly engine: 'auto' | 'wasm' | 'tfjs';
  readonly labels?: string;
  readonly cache?: string;
  readonly once?: boolean;
  readonly quiet?: boolean;
}

export async function startWorker(context: CliContext, flags: WorkerFlags): Promise<number> {
  const address = readNatsAddress(flags, context.nats);
  if (address === null) {
    throw new SweepError('USAGE', 'a worker needs a NATS server to join', {
      hint: 'sweep worker --nats nats://host:4222; "sweep nats up" starts a server',
    });
  }
  const say = (text: string): void => {
    if (flags.quiet !== true) context.stderr.write(`${text}\n`);
  };
  const concurrency = flags.concurrency ?? availableParallelism();
  await runWorker({
    ...address,
    concurrency,
    engine: flags.engine,
    labels: parseLabels(flags.labels),
    cacheDirectory:
      flags.cache === undefined ? context.cacheDirectory : resolve(context.directory, flags.cache),
    once: flags.once === true,
    version: context.version,
    logger: createLogger(
      (line) => context.stderr.write(line),
      flags.quiet === true ? 'warn' : 'info',
      () => new Date(),
    ),
    onReady: (worker) => say(`worker ${worker} serves ${address.servers}, ${concurrency} trials at once`),
    onDrain: (signal) => say(`${signal}: giving back what runs (once more: stop at once)`),
  });
  return 0;
}

function parseLabels(text: string | undefined): string[] {
  const labels = (text ?? '')
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
  const wrong = labels.find((label) => !LABEL.test(label));
  if (wrong === undefined) return labels;
  throw new SweepError('USAGE', `${JSON.stringify(wrong)} is not a label`, {
    path: '--labels',
    hint: 'use letters, digits, "_", "-", "." or ":", and commas between labels',
  });
}
