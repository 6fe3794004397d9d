// Replays recorded learning curves through a scheduler with simulated workers: what it spends and which configuration it
// chooses. Knows no study and no bus; time is counted in epochs.
import type { Scheduler, StopDecision, TrialFact } from '../../../src/search/scheduler.js';
import { type SeededRandom, seededRandom } from '../../../src/statistics/seeded-random.js';
import type { CurveTable } from './curve-table.js';

/** An epoch takes between 1 − this and 1 + this. */
const SPEED_SPREAD = 0.2;

export interface Replay {
  /** What the workers did, in epochs; of a trial that was stopped in the middle of one a part of it. */
  readonly spent: number;
  /** Place in the table of the configuration whose loss was the least among those that ran to their end. */
  readonly chosen: number | null;
  readonly finished: number;
}

interface Running {
  readonly index: number;
  readonly curve: readonly number[];
  epoch: number;
  /** After which it waits, or ends. */
  readonly until: number;
  startedAt: number;
  nextAt: number;
}

/** The first seed of the configurations, in an order that `seed` draws; `workers` trials at a time. */
export function replay(table: CurveTable, scheduler: Scheduler, workers: number, seed: number): Replay {
  const random = seededRandom(seed);
  const order = shuffled(table.configurations.length, random);
  const curves = order.map((place) => table.configurations[place]?.curves[0] ?? []);
  const stops = new Map<number, StopDecision>();
  const running = new Map<number, Running>();
  const ended = new Set<number>();
  /** Epochs done of those that wait; those that may go on, in the order in which they were told so. */
  const paused = new Map<number, number>();
  const promoted = new Map<number, number>();
  let spent = 0;
  let next = 0;

  const tell = (fact: TrialFact, now: number): void => {
    for (const decision of scheduler.observe(fact)) {
      stops.set(decision.index, decision);
      const trial = running.get(decision.index);
      if (trial !== undefined) end(trial, now);
    }
    for (const { index, epoch } of scheduler.waiting?.takePromotions() ?? []) promoted.set(index, epoch);
  };
  const begin = (index: number, epoch: number, now: number): void => {
    const curve = curves[index] ?? [];
    const until = scheduler.waiting?.pauseAfter(index, epoch) ?? curve.length;
    running.set(index, { index, curve, epoch, until, startedAt: now, nextAt: now + epochTime() });
  };
  const end = (trial: Running, now: number): void => {
    running.delete(trial.index);
    ended.add(trial.index);
    spent += now - trial.startedAt;
    tell({ type: 'ended', index: trial.index, state: stops.has(trial.index) ? 'PRUNED' : 'COMPLETE' }, now);
  };
  const epochTime = (): number => 1 + SPEED_SPREAD * (2 * random.uniform() - 1);

  for (let now = 0; ; ) {
    for (const [index, epoch] of promoted) {
      if (running.size >= workers) break;
      if (paused.get(index) !== epoch) continue;
      paused.delete(index);
      promoted.delete(index);
      begin(index, epoch, now);
    }
    while (running.size < workers && next < curves.length) begin(next++, 0, now);
    const trial = earliest(running.values());
    if (trial === null) break;
    now = trial.nextAt;
    trial.epoch += 1;
    trial.nextAt = now + epochTime();
    tell(
      { type: 'report', index: trial.index, epoch: trial.epoch, loss: trial.curve[trial.epoch - 1] ?? null },
      now,
    );
    if (!running.has(trial.index) || trial.epoch < trial.until) continue;
    if (trial.epoch === trial.curve.length) end(trial, now);
    else {
      running.delete(trial.index);
      paused.set(trial.index, trial.epoch);
      spent += now - trial.startedAt;
    }
  }
  const whole = order.flatMap((place, index) => {
    const curve = curves[index] ?? [];
    return stops.has(index) || !ended.has(index) ? [] : [{ place, loss: Math.min(...curve) }];
  });
  const best = whole.reduce<(typeof whole)[0] | null>(
    (least, one) => (least === null || one.loss < least.loss ? one : least),
    null,
  );
  return { spent, chosen: best?.place ?? null, finished: whole.length };
}

function earliest(running: Iterable<Running>): Running | null {
  let first: Running | null = null;
  for (const trial of running) if (first === null || trial.nextAt < first.nextAt) first = trial;
  return first;
}

function shuffled(count: number, random: SeededRandom): number[] {
  const places = Array.from({ length: count }, (_, place) => place);
  for (let place = count - 1; place > 0; place--) {
    const other = random.below(place + 1);
    [places[place], places[other]] = [places[other] as number, places[place] as number];
  }
  return places;
}
