// Work that a loop does not wait for, but its end does. Its first failure is the loop's.
import { asSweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Bell } from './bell.js';

export interface BackgroundWorkOptions {
  readonly logger: Logger;
  /** Rung when there is a failure to look at. */
  readonly bell: Pick<Bell, 'ring'>;
}

export class BackgroundWork {
  private readonly underWay = new Set<Promise<void>>();
  private failed: { readonly thrown: unknown } | null = null;

  constructor(private readonly options: BackgroundWorkOptions) {}

  get hasFailed(): boolean {
    return this.failed !== null;
  }

  add(work: Promise<void>): void {
    const tracked = work
      .catch((thrown: unknown) => this.fail(thrown))
      .finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }

  /** Notes the failure of work that was not added. */
  fail(thrown: unknown): void {
    this.options.logger.error('the coordinator failed', { error: asSweepError(thrown).message });
    this.failed ??= { thrown };
    this.options.bell.ring();
  }

  /** Resolves when all that was added so far has ended, well or not. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  throwIfFailed(): void {
    if (this.failed !== null) throw this.failed.thrown;
  }
}
