// When a failed attempt gets another one, and when so many trials have failed that the study should end. Pure.
import { ERROR_CODES, type ErrorCode, type WireError } from '../../errors.js';

/** First and longest wait before another attempt. */
const RETRY_DELAY_MS = { first: 1_000, longest: 30_000 } as const;

export type RetryDecision =
  | { readonly action: 'retry'; readonly delayMs: number }
  | { readonly action: 'give-up'; readonly reason: string };

/** Whether attempt number `attempt` (1-based), which ended with `error`, is followed by another. */
export function decideRetry(error: WireError, attempt: number, maxAttempts: number): RetryDecision {
  if (!ERROR_CODES[error.code].retryable) {
    return { action: 'give-up', reason: `${error.code} is not retried` };
  }
  if (attempt >= maxAttempts)
    return { action: 'give-up', reason: `${attempt} of ${maxAttempts} attempts failed` };
  return {
    action: 'retry',
    delayMs: Math.min(RETRY_DELAY_MS.first * 2 ** (attempt - 1), RETRY_DELAY_MS.longest),
  };
}

/** They say something about the trial's point of the space (a learning rate that is too high), not about the system. */
const POINTS_OWN_FAULT: ReadonlySet<ErrorCode> = new Set([
  'TRIAL_DIVERGED',
  'TRIAL_INFEASIBLE',
  'SPEC_INVALID',
  'SPEC_REFERENCE',
  'MODEL_SHAPE',
]);

/** Counts trials that failed for good, but for those whose point is at fault. */
export class FailureBudget {
  private readonly failed = new Set<string>();

  /** `maxFailures` trials may fail; one more ends the study. null: no limit. */
  constructor(private readonly maxFailures: number | null) {}

  record(trial: string, error: WireError): void {
    if (!POINTS_OWN_FAULT.has(error.code)) this.failed.add(trial);
  }

  get isSpent(): boolean {
    return this.maxFailures !== null && this.failed.size > this.maxFailures;
  }

  get failures(): number {
    return this.failed.size;
  }
}
