// Opening the studies to read: the bus, one study and its folded view. What every reporting verb begins with.
import type { Bus } from '../bus/bus.js';
import { asSweepError, SweepError } from '../errors.js';
import { StudyFold } from '../study/fold.js';
import { indexCount } from '../study/index-set.js';
import { creationUnreadable, emptyView, headerOf, type StudyView } from '../study/study-view.js';
import type { CliContext } from './context.js';
import { type BusFlags, openOwnBus, openReadingBus } from './open-bus.js';
import { findStudy } from './options/study-argument.js';
import { createCliLogger } from './terminal/cli-logger.js';

/** Runs `work` on the bus that the options name and closes it afterwards. */
export async function withBus<Value>(
  context: CliContext,
  flags: BusFlags & { readonly writes?: boolean; readonly json?: boolean },
  work: (bus: Bus) => Promise<Value>,
): Promise<Value> {
  const open = flags.writes === true ? openOwnBus : openReadingBus;
  const bus = await open(context, flags, createCliLogger(context, flags));
  try {
    return await work(bus);
  } finally {
    await bus.close();
  }
}

/** As withBus, for what may be none: a server on which no study was started yet has no workers and no studies. */
export async function listOnBus<Item>(
  context: CliContext,
  flags: BusFlags,
  work: (bus: Bus) => Promise<Item[]>,
): Promise<Item[]> {
  try {
    return await withBus(context, flags, work);
  } catch (thrown) {
    if (asSweepError(thrown).code === 'BUS_EMPTY') return [];
    throw thrown;
  }
}

/** `kept`: how many rows of its ranking are kept, or a fold of the caller's own. */
export async function foldStudy(bus: Bus, study: string, kept?: number | StudyFold): Promise<StudyView> {
  const fold = kept instanceof StudyFold ? kept : new StudyFold(emptyView(kept));
  for await (const logged of bus.events(study)) fold.apply(logged);
  return fold.view;
}

/**
 * How many of its trials a study that says it is complete lacks the ends of: they were damaged and set aside, or a server
 * that found them damaged on its disk dropped them in silence.
 */
export function countMissingEnds({ header, state, stateReason, ended }: StudyView): number {
  // With a reason it was stopped before its last trial.
  if (header === null || header.total === null || state !== 'complete' || stateReason !== null) return 0;
  return Math.max(0, header.total - indexCount(ended));
}

/** Throws EVENT_LOG_CORRUPT when the log does not say how the study was created. */
export function refuseHeadless(view: StudyView, study: string): void {
  if (view.header === null) throw creationUnreadable(study, view.setAside.records);
}

/**
 * Throws EVENT_LOG_CORRUPT when the log does not say how the study was created, or lacks ends of trials: without them the
 * ranking may be wrong.
 */
export function refuseIncompleteLog(view: StudyView, study: string): void {
  refuseHeadless(view, study);
  const missing = countMissingEnds(view);
  if (missing === 0) return;
  const { total } = headerOf(view);
  throw new SweepError(
    'EVENT_LOG_CORRUPT',
    `the event log of ${study} is incomplete: it says that all ${total} trials ended, and holds the ends of ${Number(total) - missing}`,
    {
      hint: `run what is missing again: sweep resume ${study}; sweep status ${study} names the damaged records`,
    },
  );
}

/** The study that `argument` names, folded; `kept` as foldStudy's. */
export async function readStudy(
  context: CliContext,
  flags: BusFlags,
  argument: string,
  kept?: number | StudyFold,
): Promise<StudyView> {
  return withBus(context, flags, async (bus) => {
    const { study } = await findStudy(bus, argument);
    const view = await foldStudy(bus, study, kept);
    refuseIncompleteLog(view, study);
    return view;
  });
}
