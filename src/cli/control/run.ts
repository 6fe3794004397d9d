// What `sweep pause`, `stop` and `cancel` do, and `resume` with a paused study: ask the coordinator that holds the study,
// wherever it runs, until its answer stands in the event log. Without a coordinator only `cancel` has something to do.
import type { Bus, StudyRequest } from '../../bus/bus.js';
import { SweepError } from '../../errors.js';
import { hasEnded, type StudyView } from '../../study/study-view.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { foldStudy, withBus } from '../read-study.js';

const ANSWER_LIMIT_MS = 5_000;
/** A request may be lost: it is repeated this often, and changes nothing the second time. */
const ASK_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 50;

/** States that an answered request leaves a study in. */
const ANSWERS: Readonly<Record<StudyRequest, readonly StudyView['state'][]>> = {
  pause: ['paused'],
  resume: ['running'],
  stop: ['stopping', 'complete', 'failed'],
  cancel: ['cancelled'],
};

export async function controlStudy(
  context: CliContext,
  argument: string,
  action: 'pause' | 'stop' | 'cancel',
  options: BusFlags & { readonly json?: boolean },
): Promise<number> {
  return withBus(context, { ...options, writes: true }, async (bus) => {
    const { study } = await findStudy(bus, argument);
    const view = await foldStudy(bus, study, 1);
    if (hasEnded(view.state)) {
      throw new SweepError('USAGE', `study ${study} has ended: it is ${view.state}`, {
        hint: `sweep leaderboard ${study}${busSuffix(context, options)}`,
      });
    }
    if (!(await askCoordinator(bus, study, action))) await actAlone(context, bus, study, action, options);
    const state = (await foldStudy(bus, study, 1)).state;
    if (options.json === true) context.stdout.write(`${JSON.stringify({ study, state }, null, 2)}\n`);
    else
      context.stderr.write(
        `${describe(action, study)}${hintFor(action, study, busSuffix(context, options))}\n`,
      );
    return 0;
  });
}

/** True when a coordinator did as it was asked, now or before; false when there is none, or none that answers. */
export async function askCoordinator(bus: Bus, study: string, action: StudyRequest): Promise<boolean> {
  // The state alone may be the last word of a coordinator that died.
  if ((await bus.readLeaseHolder(study)) === null) return false;
  const { state, lastSeq } = await foldStudy(bus, study, 1);
  if (ANSWERS[action].includes(state)) return true;
  const from = lastSeq + 1;
  const deadlineMs = performance.now() + ANSWER_LIMIT_MS;
  for (let askAgainMs = 0; performance.now() < deadlineMs; ) {
    if (performance.now() >= askAgainMs) {
      await bus.sendControl({ type: 'request', study, action });
      askAgainMs = performance.now() + ASK_EVERY_MS;
    }
    for await (const { event } of bus.events(study, { from })) {
      if (event.type === 'study.state' && ANSWERS[action].includes(event.state)) return true;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return false;
}

/** Throws STUDY_LOCKED when there is a coordinator that does not answer. */
async function actAlone(
  context: CliContext,
  bus: Bus,
  study: string,
  action: 'pause' | 'stop' | 'cancel',
  options: BusFlags,
): Promise<void> {
  const lease = await bus.acquireLease(study, `sweep-${action}`);
  try {
    if (action !== 'cancel') {
      throw new SweepError('USAGE', `no coordinator runs study ${study}: there is nothing to ${action}`, {
        hint: `sweep resume ${study}${busSuffix(context, options)} goes on with it, sweep cancel ends it`,
      });
    }
    const { timing } = await foldStudy(bus, study, 1);
    const { durationMs } = timing;
    await lease.append({ type: 'study.state', state: 'cancelled', reason: 'on request', durationMs });
    await bus.sendControl({ type: 'cancel', study });
    await bus.clearTrials(study);
  } finally {
    await lease.release();
  }
}

function describe(action: 'pause' | 'stop' | 'cancel', study: string): string {
  switch (action) {
    case 'pause':
      return `${study} is paused: what runs is finished, nothing new begins`;
    case 'stop':
      return `${study} stops: what runs is finished, then it ends with its leaderboard`;
    case 'cancel':
      return `${study} is cancelled`;
  }
}

function hintFor(action: 'pause' | 'stop' | 'cancel', study: string, suffix: string): string {
  const resume = `sweep resume ${study}${suffix}`;
  switch (action) {
    case 'pause':
      return `\ngo on with: ${resume}`;
    case 'cancel':
      return `\nopen it again with: ${resume}`;
    case 'stop':
      return '';
  }
}
