// Who does what for a study that runs: all parts of a coordinator, each made of those it uses and of nothing else. They know
// each other downwards only: whoever stands below hears of none above, but rings the bell for the loop (coordinator.ts).
import type { BlobStore, Bus, Lease, ResultStore } from '../bus/bus.js';
import type { Logger } from '../log.js';
import { StudyFold } from '../study/fold.js';
import { BackgroundWork } from './background-work.js';
import { Bell } from './bell.js';
import type { Clock } from './clock.js';
import { FailureBudget } from './dispatch/failure-budget.js';
import { Quarantine } from './dispatch/quarantine.js';
import { QueueClearing } from './dispatch/queue-clearing.js';
import { RecentEnds } from './dispatch/recent-ends.js';
import { Reconciler } from './dispatch/reconciler.js';
import { ResultCache } from './dispatch/result-cache.js';
import { TrialDispatcher } from './dispatch/trial-dispatcher.js';
import { TrialRetries } from './dispatch/trial-retries.js';
import { CheckpointCleanup } from './ending/checkpoint-cleanup.js';
import { EventReactions } from './event-reactions.js';
import { LogReader } from './log-reader.js';
import type { StudyPlan } from './plan/study-plan.js';
import { Proposals } from './search/proposals.js';
import { TrialSuggestions } from './search/trial-suggestions.js';
import { SetAsideWarnings } from './set-aside-warnings.js';
import { steadyBus, steadyLease } from './steady-bus.js';
import { HeldFailures } from './stops/held-failures.js';
import { StopOrders } from './stops/stop-orders.js';
import { StudyCourse } from './study-course.js';

export interface CoordinatorOptions {
  readonly bus: Bus;
  /** The lease of the study that is run. */
  readonly lease: Lease;
  readonly plan: StudyPlan;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** Unfinished trials on the bus at any time: enough that no slot waits, few enough that memory stays bounded. */
  readonly maxUnfinished: number;
  /** Blob of the dataset's metadata, where workers may need it. */
  readonly datasetMetadata?: string | undefined;
  /** The results of this machine, where the bus is another. */
  readonly home?: (BlobStore & ResultStore) | null;
}

/** What the loop itself uses. */
export interface CoordinatorParts {
  readonly study: string;
  /** With its slips made good. */
  readonly bus: Bus;
  readonly lease: Pick<Lease, 'append'>;
  readonly fold: StudyFold;
  readonly bell: Bell;
  readonly log: LogReader;
  readonly reactions: EventReactions;
  readonly cache: ResultCache;
  readonly suggestions: TrialSuggestions;
  readonly clearing: QueueClearing;
  readonly course: StudyCourse;
  readonly retries: TrialRetries;
  readonly cleanup: CheckpointCleanup;
  readonly background: BackgroundWork;
  /** null where the workers are this process's own, as is the reconciler. */
  readonly quarantine: Quarantine | null;
  readonly reconciler: Reconciler | null;
}

/** `impatience` aborts when nothing is to be waited for any more. */
export function assembleParts(given: CoordinatorOptions, impatience: AbortSignal): CoordinatorParts {
  const { plan, clock, logger, version, maxUnfinished, datasetMetadata, home = null } = given;
  const { study } = given.lease;
  const bus = steadyBus(given.bus, { logger, signal: impatience });
  const lease = steadyLease(given.lease, { logger, signal: impatience });
  const fold = new StudyFold();
  const bell = new Bell();
  const log = new LogReader({ bus, study, fold });
  const background = new BackgroundWork({ logger, bell });
  const budget = new FailureBudget(plan.limits.maxFailures);
  const proposals = new Proposals(plan);
  const stops = new StopOrders({ bus, study, lease, plan, logger });
  const dispatcher = new TrialDispatcher({
    ...{ bus, study, lease, plan, logger, version, datasetMetadata, stops },
  });
  const cache = new ResultCache({ bus, home, study, plan, logger });
  const held = new HeldFailures({ fold, stops });
  const onTwin = (index: number): void => reactions.skip(index);
  // A worker that does not outlive its coordinator (local bus) holds nothing any more when the next one begins.
  const ownsWorkers = !bus.hasRemoteWorkers;
  const suggestions = new TrialSuggestions({
    ...{ proposals, maxUnfinished, dispatcher, cache, fold, held, onTwin },
    ...(ownsWorkers ? {} : { recentEnds: new RecentEnds(clock) }),
  });
  const clearing = new QueueClearing({ bus, study, clock, logger, bell });
  const course = new StudyCourse({ plan, clock, budget, clearing, fold, bell });
  const retries = new TrialRetries({
    lease,
    plan,
    clock,
    ownsWorkers,
    proposals,
    dispatcher,
    course,
    held,
    stops,
    background,
  });
  const cleanup = new CheckpointCleanup({ bus, study, logger, fold });
  const quarantine = ownsWorkers ? null : new Quarantine({ bus, logger });
  const reconciler =
    quarantine === null ? null : new Reconciler({ bus, study, logger, retries, quarantine, fold, course });
  const reactions = new EventReactions({
    fold,
    plan,
    proposals,
    suggestions,
    cache,
    stops,
    held,
    retries,
    budget,
    course,
    cleanup,
    quarantine,
    warnings: new SetAsideWarnings(logger),
    background,
  });
  return {
    study,
    bus,
    lease,
    fold,
    bell,
    log,
    reactions,
    cache,
    suggestions,
    clearing,
    course,
    retries,
    cleanup,
    background,
    quarantine,
    reconciler,
  };
}
