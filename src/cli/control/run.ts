// What `sweep pause`, `stop` and `cancel` do, and `resume` with a paused study: ask the coordinator that holds the study,
// wherever it runs, until its answer stands in the event log. Without a coordinator only `cancel` has something to do.
import type { Bus } from '../../bus/bus.js';
import { askCoordinator } from '../../coordinator/ask-coordinator.js';
import { SweepError } from '../../errors.js';
import { hasEnded } from '../../study/study-view.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { foldStudy, withBus } from '../read-study.js';

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
