// What `sweep worker` does: reads its options and runs the node.
import { resolve } from 'node:path';
import { runWorker } from '../../../worker/main.js';
import type { EngineChoice } from '../../../worker/thread/open-engine.js';
import { SweepError } from '../../errors.js';
import { countOf } from '../../wording/plural.js';
import type { CliContext } from '../context.js';
import { type MetricsFlags, openMetrics } from '../metrics/metrics-server.js';
import { type NatsFlags, readNatsAddress } from '../options/nats-options.js';
import { allowedPrograms, type ProgramFlags, programNote, readDevices } from '../options/program-options.js';
import { sensibleThreads, thisMachine } from '../sensible-threads.js';
import { createReadyFile } from '../start/ready-file.js';
import { lastWords } from '../terminal/last-words.js';
import { createWorkerDisplay } from '../terminal/worker-display.js';

const LABEL = /^[A-Za-z0-9_.:-]{1,64}$/;

export interface WorkerFlags extends NatsFlags, ProgramFlags, MetricsFlags {
  readonly concurrency?: number;
  readonly engine: EngineChoice;
  readonly labels?: string;
  readonly cache?: string;
  readonly once?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export async function startWorker(context: CliContext, flags: WorkerFlags): Promise<number> {
  const address = readNatsAddress(flags, context.nats);
  if (address === null) {
    throw new SweepError('USAGE', 'a worker needs a NATS server to join', {
      hint: 'sweep worker --nats nats://host:4222; "sweep nats up" starts a server',
    });
  }
  const { logger, say, onTrial } = createWorkerDisplay(context, flags);
  const allowed = allowedPrograms(flags);
  if (allowed !== null) logger.warn(programNote(allowed, context.runningAs));
  const devices = readDevices(flags);
  refuseSharedDevices(flags.concurrency, devices);
  const metrics = await openMetrics(flags);
  const served =
    metrics === null ? null : (await import('../metrics/worker-metrics.js')).serveWorker(metrics.registry);
  if (metrics !== null) say(`metrics at ${metrics.address}`);
  const readyFile = createReadyFile(context.readyFile);
  const work = runWorker({
    ...address,
    concurrency: flags.concurrency ?? null,
    boundThreads: (wanted, name) => {
      const otherMemories = name === 'wasm' ? 0 : null;
      const bound = sensibleThreads(
        { threads: wanted, option: '--concurrency', otherMemories },
        thisMachine(),
      );
      if (bound.note !== null) say(`note: ${bound.note}`);
      return bound.threads;
    },
    engine: flags.engine,
    kernels: context.kernels,
    labels: parseLabels(flags.labels),
    cacheDirectory:
      flags.cache === undefined ? context.cacheDirectory : resolve(context.directory, flags.cache),
    once: flags.once === true,
    allowedPrograms: allowed,
    devices,
    version: context.version,
    logger,
    onTrial: (news) => {
      onTrial(news);
      if (news.type === 'ended') served?.onTrial(news.end.type);
    },
    onReady: ({ worker, concurrency, backend }) => {
      served?.onReady(worker, concurrency);
      say(
        `worker ${worker} serves ${address.servers}, ${countOf(concurrency, 'trial')} at once, by ${backend}`,
      );
    },
    onDrain: (signal) => {
      readyFile.remove();
      say(`${signal}: giving back what runs (once more: stop at once)`);
    },
    onHeartbeat: (state) => {
      if (state === 'up') readyFile.refresh();
      else readyFile.remove();
    },
    onAbandon: (running) =>
      logger.warn(`${lastWords(running)}; other workers go on from the last checkpoint`),
  });
  await work.finally(async () => {
    readyFile.remove();
    await metrics?.close();
  });
  return 0;
}

/** A device is one slot's alone. */
function refuseSharedDevices(concurrency: number | undefined, devices: readonly string[]): void {
  if (concurrency === undefined || devices.length === 0 || concurrency <= devices.length) return;
  throw new SweepError('USAGE', `${concurrency} trials at once have ${countOf(devices.length, 'device')}`, {
    path: '--devices',
    hint: 'name one for each, or leave --concurrency out',
  });
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
