// Who is told of a study while it runs, besides the terminal: addresses, commands, Prometheus.
import type { Command } from 'commander';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { StudyView } from '../../study/study-view.js';
import type { CliContext } from '../context.js';
import {
  addMetricsOption,
  checkMetrics,
  type MetricsFlags,
  metricsWords,
  openMetrics,
} from '../metrics/metrics-server.js';
import {
  addNotifyOptions,
  checkNotify,
  type NotifyFlags,
  notifyWords,
  openNotifier,
} from '../notify/notify-options.js';

export interface OnlookerFlags extends NotifyFlags, MetricsFlags {}

export function addOnlookerOptions(command: Command): Command {
  return addMetricsOption(addNotifyOptions(command));
}

/** The options again, for another process. */
export function onlookerWords(flags: OnlookerFlags): string[] {
  return [...notifyWords(flags), ...metricsWords(flags)];
}

export interface Onlookers {
  /** `isReplay`: the event is of an earlier run. */
  onEvent(view: StudyView, isReplay: boolean): void;
  /** The run is over: waits, for a while, until they know. */
  end(view: StudyView): Promise<void>;
  close(): Promise<void>;
}

/** Before anything is made: throws USAGE for an address that is none. */
export function checkOnlookers(flags: OnlookerFlags): void {
  checkNotify(flags);
  checkMetrics(flags);
}

/** None of them holds up a study: what cannot be served is a warning. */
export async function openOnlookers(
  context: CliContext,
  flags: OnlookerFlags,
  about: {
    readonly logger: Logger;
    readonly study: string;
    readonly view: () => StudyView;
    /** For the person at the terminal. */
    readonly note: (text: string) => void;
  },
): Promise<Onlookers> {
  const { logger, study, view, note } = about;
  const notifier = openNotifier(context, flags, logger);
  const metrics = await openMetrics(flags).catch((thrown: unknown) => {
    logger.warn(`no metrics: ${asSweepError(thrown).message}`);
    return null;
  });
  if (metrics !== null) {
    const { serveStudy } = await import('../metrics/study-metrics.js');
    serveStudy(metrics.registry, study, view);
    note(`metrics at ${metrics.address}`);
  }
  return {
    onEvent: (after, isReplay) => notifier.onEvent(after, isReplay),
    end: (after) => notifier.end(after),
    close: async () => metrics?.close(),
  };
}
