// Processes of a cluster for tests: a nats-server, coordinators and workers, each with directories of its own, as if on
// machines of their own. Everything ends with the test.
import type { TestContext } from 'node:test';
import { createWorkplace, type RunningCli, type Workplace } from './cli.js';
import { NatsServer } from './nats-server.js';
import { waitUntil } from './wait-until.js';

const READY_LIMIT_MS = 20_000;

export interface Cluster {
  readonly server: NatsServer;
  /** The coordinator's machine. */
  readonly place: Workplace;
  /** A worker on a machine of its own, serving. */
  startWorker(...args: readonly string[]): Promise<RunningCli>;
  /** The same on a machine that the test can look into. */
  startWorkerAt(machine: Workplace, ...args: readonly string[]): Promise<RunningCli>;
  /** A command on the coordinator's machine, with `--nats`. */
  start(...args: readonly string[]): RunningCli;
  json<Document = Record<string, unknown>>(...args: readonly string[]): Promise<Document>;
  runJson<Document = Record<string, unknown>>(...args: readonly string[]): Promise<Document>;
  /** The study's state as `list` tells it; null before there is one. */
  studies(): Promise<readonly { readonly study: string; readonly state: string }[]>;
  waitForState(state: string, limitMs?: number): Promise<string>;
}

export async function startCluster(t: TestContext): Promise<Cluster> {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  const place = createWorkplace(t);
  const nats = ['--nats', server.url];
  const json = <Document>(...args: readonly string[]) => place.json<Document>(...args, ...nats);
  const list = () => json<{ studies?: { study: string; state: string }[] }>('list');
  const studies = async () => (await list()).studies ?? [];
  // The first call loads what the others have then: a short study would be over before it is looked at.
  await list();
  const startWorkerAt = async (machine: Workplace, ...args: readonly string[]): Promise<RunningCli> => {
    const worker = machine.start('worker', ...nats, ...args);
    await waitUntil(
      'the worker waits for work',
      () => {
        if (worker.process.exitCode !== null) throw new Error(`the worker ended:\n${worker.stderr()}`);
        return /serves|waiting for the first/.test(worker.stderr());
      },
      READY_LIMIT_MS,
    );
    return worker;
  };
  return {
    server,
    place,
    json,
    runJson: (...args) => place.runJson(...args, ...nats),
    studies,
    start: (...args) => place.start(...args, ...nats),
    startWorkerAt,
    startWorker: (...args) => startWorkerAt(createWorkplace(t), ...args),
    async waitForState(state, limitMs = 30_000) {
      let study = '';
      await waitUntil(
        `a study is ${state}`,
        async () => {
          const found = (await studies()).find((one) => one.state === state);
          study = found?.study ?? '';
          return found !== undefined;
        },
        limitMs,
      ).catch(async (thrown: Error) => {
        throw new Error(`${thrown.message}; list says ${JSON.stringify(await list())}; ${server.lastWords}`);
      });
      return study;
    },
  };
}

interface Row {
  readonly trial: string;
  readonly attempts: number;
  readonly weightsDigest: string;
}

export interface StudyDocument {
  readonly study: string;
  readonly state: string;
  readonly trials: Readonly<Record<string, number>>;
  readonly leaderboard: readonly Row[];
  readonly test: unknown;
}

/** What must not depend on where a study ran: all but times, workers, attempts and the study's id. */
export function comparable(document: StudyDocument): unknown {
  const volatile = new Set(['study', 'durationMs', 'overheadMsPerTrial', 'worker', 'attempts']);
  return JSON.parse(JSON.stringify(document, (key, value) => (volatile.has(key) ? undefined : value)));
}
