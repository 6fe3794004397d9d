// Looks now and then whether a trial in hand is still wanted: the message that cancelled its study may have been lost, its
// study removed, or its attempt given up on while this node was cut off. One small request per trial as long as it is
// on the queue, where it stays until it ends; only what is gone from there is looked up in the log.
import type { EventLog, TrialQueue } from '../../src/bus/bus.js';
import { asSweepError } from '../../src/errors.js';
import type { Logger } from '../../src/log.js';
import { findEnding } from './study-ending.js';
import type { TrialAttempt } from './trial-attempt.js';
import { judgeHistory } from './trial-history.js';

export const LOOK_EVERY_MS = 30_000;

export interface TrialWatchOptions {
  readonly bus: EventLog & TrialQueue;
  readonly logger: Logger;
  readonly everyMs: number;
  /** In hand now. */
  attempts(): readonly TrialAttempt[];
}

export class TrialWatch {
  private readonly timer: NodeJS.Timeout;
  private looking: Promise<void> | null = null;

  constructor(private readonly options: TrialWatchOptions) {
    this.timer = setInterval(() => this.look(), options.everyMs);
    this.timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private look(): void {
    this.looking ??= this.examineAll()
      .catch((thrown: unknown) => {
        const { logger } = this.options;
        logger.warn('cannot tell whether trials are still wanted', { error: asSweepError(thrown).message });
      })
      .finally(() => {
        this.looking = null;
      });
  }

  private async examineAll(): Promise<void> {
    const attempts = this.options.attempts();
    for (const study of new Set(attempts.map((attempt) => attempt.study))) {
      const gone = await this.gone(attempts.filter((attempt) => attempt.study === study));
      if (gone.length > 0) await this.examine(study, gone);
    }
  }

  /** Each is looked for by itself: all that a study has on the queue grows with the workers, and each of them would ask. */
  private async gone(attempts: readonly TrialAttempt[]): Promise<TrialAttempt[]> {
    const pending = await Promise.all(
      attempts.map(({ study, trial }) => this.options.bus.listPending(study, trial)),
    );
    return attempts.filter(({ trial }, place) => pending[place]?.has(trial) !== true);
  }

  private async examine(study: string, attempts: readonly TrialAttempt[]): Promise<void> {
    const { bus } = this.options;
    const story = await bus.studyEvents(study);
    const ending = findEnding(story);
    for (const attempt of attempts) {
      if (story.length === 0) attempt.abandon('its study was removed');
      else if (ending !== null) attempt.interrupt(`its study is ${ending}`);
      else if (await this.isOver(attempt)) attempt.abandon('it was given up on, or has ended elsewhere');
    }
  }

  private async isOver({ study, trial, message }: TrialAttempt): Promise<boolean> {
    return (
      judgeHistory(await this.options.bus.trialEvents(study, trial, message.since), message).type === 'over'
    );
  }
}
