// `npm run soak [-- --minutes N --seed S]`: a study of short trials while workers, the coordinator and the server are killed
// at random. Ends in the invariant of study-invariant.ts and in the weights of undisturbed trials; prints a summary.
// Exit code 0 only if all of it held.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openNatsBus } from '../../src/bus/nats/bus.js';
import { seededRandom } from '../../src/statistics/seeded-random.js';
import {
  createWorkplace,
  type RunningCli,
  type Workplace,
  writeSmallSweep,
} from '../support/processes/cli.js';
import type { StudyDocument } from '../support/processes/cluster.js';
import { ACK_WAIT_MS, studyOf } from '../support/processes/fault-cluster.js';
import { NatsServer } from '../support/processes/nats-server.js';
import { waitUntil } from '../support/processes/wait-until.js';
import { assertStudyInvariant, readEvents } from '../support/study-invariant.js';

const TRIALS_PER_MINUTE = 50;
const WORKERS = 3;
/** Between two kills: at least, and at most that much more. */
const PAUSE_MS = { least: 1_500, more: 3_000 } as const;
const SERVER_AWAY_MS = 3_000;
/** Trials that are computed once more without disturbance, to compare the weights. */
const SAMPLE = 10;
/** After the last kill, what is left of the trials and the tail of deadlines take less than this. */
const FINISH_WITHIN_MS = 300_000;

interface Kills {
  worker: number;
  coordinator: number;
  server: number;
}

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write('usage: npm run soak [-- --minutes N --seed S]\n');
  process.exit(2);
}
const goodbyes: (() => unknown)[] = [];
const cleanup = { after: (action: unknown) => void goodbyes.push(action as () => unknown) };
try {
  await soak();
} finally {
  for (const goodbye of goodbyes.reverse()) await goodbye();
}

async function soak(): Promise<void> {
  const points = Math.max(SAMPLE, Math.round(TRIALS_PER_MINUTE * minutes));
  const server = await NatsServer.start();
  goodbyes.push(() => server.stop());
  const bus = await openNatsBus({
    servers: server.url,
    role: 'coordinator',
    ackWaitMs: ACK_WAIT_MS,
    patienceMs: 120_000,
  });
  goodbyes.push(() => bus.close());
  const place = createWorkplace(cleanup);
  const nats = ['--nats', server.url];
  const file = writeSweep(place, points);
  const startWorker = (): RunningCli =>
    createWorkplace(cleanup).start('worker', ...nats, '-c', '1', '--quiet');
  const workers = Array.from({ length: WORKERS }, startWorker);
  let coordinator = place.start('start', file, ...nats, '--json');
  const study = await studyOf(coordinator);
  say(`${study}: ${points} trials, ${WORKERS} workers, ${minutes} minutes of kills, seed ${seed}`);

  const random = seededRandom(seed);
  const kills: Kills = { worker: 0, coordinator: 0, server: 0 };
  const startedAtMs = performance.now();
  const untilMs = startedAtMs + minutes * 60_000;
  let isComplete = false;
  const watchEnd = (): void => {
    const watched = coordinator;
    void watched.finished.then(({ code, signal, stderr }) => {
      if (watched !== coordinator || signal !== null) return;
      if (code === 0) isComplete = true;
      // Its server was away for too long: a person would type this, too.
      else resume(`it ended with ${code}: ${stderr.trim().split('\n').at(-1)}`);
    });
  };
  const resume = (why: string): void => {
    say(`resumed: ${why}`);
    coordinator = place.start('resume', study, ...nats, '--json');
    watchEnd();
  };
  watchEnd();
  while (performance.now() < untilMs && !isComplete) {
    const nextMs = performance.now() + PAUSE_MS.least + random.below(PAUSE_MS.more);
    await waitUntil('the next kill', () => performance.now() >= nextMs || isComplete, FINISH_WITHIN_MS);
    if (isComplete) break;
    await killOne();
  }
  say(`no more kills after ${seconds(performance.now() - startedAtMs)}`);
  await waitUntil('the study is complete', () => isComplete, FINISH_WITHIN_MS);
  const elapsedMs = performance.now() - startedAtMs;
  await judge();

  async function killOne(): Promise<void> {
    const draw = random.below(10);
    if (draw < 5) {
      const victim = random.below(WORKERS);
      workers[victim]?.process.kill('SIGKILL');
      workers[victim] = startWorker();
      kills.worker++;
    } else if (draw < 8) {
      coordinator.process.kill('SIGKILL');
      await coordinator.finished;
      kills.coordinator++;
      resume('killed');
    } else {
      await server.kill('SIGKILL');
      const backMs = performance.now() + SERVER_AWAY_MS;
      await waitUntil('the server comes back', () => performance.now() >= backMs);
      await server.resume();
      kills.server++;
    }
  }

  async function judge(): Promise<void> {
    const view = await assertStudyInvariant(bus, study, { points, url: server.url });
    const events = await readEvents(bus, study);
    const count = (type: string): number => events.filter(({ event }) => event.type === type).length;
    if (view.complete !== points) throw new Error(`${view.failed} of ${points} trials failed`);
    const digests = new Map(view.rows.map(({ seeds }) => [seeds[0]?.trial, seeds[0]?.result.weightsDigest]));
    const sample = writeSweep(place, SAMPLE);
    const undisturbed = await place.json<StudyDocument>('start', sample, '--workers', '2');
    for (const { trial, weightsDigest } of undisturbed.leaderboard) {
      if (digests.get(trial) !== weightsDigest) throw new Error(`trial ${trial} has other weights`);
    }
    say(`killed         ${kills.worker} workers, ${kills.coordinator} coordinators, ${kills.server} servers`);
    say(`complete       ${view.complete} of ${points} trials in ${seconds(elapsedMs)}`);
    say(`attempts       ${count('trial.started')} begun, ${count('trial.failed')} lost with their worker`);
    say(`late results   ${view.ignored} ignored`);
    say(
      `weights        ${undisturbed.leaderboard.length} of ${SAMPLE} sampled trials equal those of an undisturbed run`,
    );
    say('invariant      holds: one end per trial, leaderboard recomputed, queue empty, no orphan blobs');
  }
}

/** The first `points` of a series of models: so that a short list is part of a long one. */
function writeSweep(place: Workplace, points: number): string {
  const learningRate = Array.from({ length: points }, (_, at) => Number((0.001 + at * 1e-5).toFixed(5)));
  writeSmallSweep(place.directory);
  const file = join(place.directory, `soak-${points}.json`);
  const sweep = {
    name: 'soak',
    dataset: {
      source: 'weather.csv',
      target: 'T (degC)',
      split: { train: 0.5, validation: 0.25, test: 0.25 },
    },
    window: { lookback: 72, step: 6, delay: 12 },
    model: { type: 'recurrent', cell: 'gru', units: 16 },
    space: { learningRate },
    training: {
      learningRate: '$learningRate',
      batchSize: 32,
      stepsPerEpoch: 100,
      epochs: 16,
      validationStride: 4,
    },
    // A trial may be unlucky many times; nothing here is its own fault.
    limits: { maxAttempts: 50, maxFailures: 0 },
  };
  writeFileSync(file, JSON.stringify(sweep));
  return file;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
