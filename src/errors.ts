// The one error type of the product and the table of its codes. Owns how an error crosses a thread or the bus.
// Does not print: the CLI decides what a person or a script sees.
import type { ErrorFacts } from './error-facts.js';

/** What each code means to a caller: the exit status of the CLI, and whether another attempt of a trial can help. */
export const ERROR_CODES = {
  // Bad usage or input: nothing was changed.
  USAGE: { exitCode: 2, retryable: false },
  SPEC_SYNTAX: { exitCode: 2, retryable: false },
  SPEC_UNKNOWN_FIELD: { exitCode: 2, retryable: false },
  SPEC_DUPLICATE_KEY: { exitCode: 2, retryable: false },
  SPEC_FORBIDDEN_KEY: { exitCode: 2, retryable: false },
  SPEC_INVALID: { exitCode: 2, retryable: false },
  SPEC_REFERENCE: { exitCode: 2, retryable: false },
  MODEL_SHAPE: { exitCode: 2, retryable: false },
  CSV_SYNTAX: { exitCode: 2, retryable: false },
  CSV_VALUE: { exitCode: 2, retryable: false },
  CSV_MISSING_VALUE: { exitCode: 2, retryable: false },
  DATASET_NOT_FOUND: { exitCode: 2, retryable: false },
  DATASET_CORRUPT: { exitCode: 2, retryable: false },
  DATASET_TOO_SHORT: { exitCode: 2, retryable: false },
  DATASET_CHECKSUM: { exitCode: 1, retryable: false },
  DOWNLOAD_FAILED: { exitCode: 1, retryable: true },
  TRACKING_FAILED: { exitCode: 1, retryable: true },
  STUDY_EXISTS: { exitCode: 2, retryable: false },
  STUDY_NOT_FOUND: { exitCode: 2, retryable: false },
  STUDY_AMBIGUOUS: { exitCode: 2, retryable: false },
  TRIAL_NOT_FOUND: { exitCode: 2, retryable: false },
  EXPORT_IMPOSSIBLE: { exitCode: 2, retryable: false },
  EXPORT_CORRUPT: { exitCode: 2, retryable: false },
  // Held or unreachable.
  STUDY_LOCKED: { exitCode: 4, retryable: false },
  LEASE_LOST: { exitCode: 4, retryable: false },
  BUS_UNREACHABLE: { exitCode: 4, retryable: true },
  BUS_AUTHENTICATION: { exitCode: 4, retryable: false },
  BUS_FORBIDDEN: { exitCode: 4, retryable: false },
  BUS_CONFIGURATION: { exitCode: 4, retryable: false },
  BUS_EMPTY: { exitCode: 4, retryable: false },
  BUS_FULL: { exitCode: 4, retryable: true },
  // A limit of this machine: its sentence names the limit and what raises it.
  MACHINE_LIMIT: { exitCode: 1, retryable: true },
  // How an attempt of a trial can end.
  TRIAL_CRASHED: { exitCode: 1, retryable: true },
  TRIAL_OUT_OF_MEMORY: { exitCode: 1, retryable: true },
  TRIAL_TIME_LIMIT: { exitCode: 1, retryable: true },
  TRIAL_LOST: { exitCode: 1, retryable: true },
  TRIAL_DIVERGED: { exitCode: 1, retryable: false },
  TRIAL_BAD_INPUT: { exitCode: 1, retryable: false },
  TRIAL_EXIT: { exitCode: 1, retryable: false },
  TRIAL_INFEASIBLE: { exitCode: 1, retryable: false },
  TRIAL_OUT_OF_DISK: { exitCode: 1, retryable: false },
  VERSION_MISMATCH: { exitCode: 1, retryable: true },
  CHECKPOINT_CORRUPT: { exitCode: 1, retryable: false },
  BLOB_NOT_FOUND: { exitCode: 1, retryable: true },
  BLOB_CORRUPT: { exitCode: 1, retryable: true },
  MESSAGE_MALFORMED: { exitCode: 1, retryable: false },
  EVENT_LOG_CORRUPT: { exitCode: 1, retryable: false },
  ENGINE_UNAVAILABLE: { exitCode: 2, retryable: false },
  STUDY_FAILED: { exitCode: 1, retryable: false },
  INTERRUPTED: { exitCode: 3, retryable: false },
  INTERNAL: { exitCode: 1, retryable: false },
} as const satisfies Record<string, { exitCode: 0 | 1 | 2 | 3 | 4; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  /** Where in the input: a JSON path such as `training.epochs`, or `file.csv:17:T (degC)`. */
  readonly path?: string | undefined;
  /** The next step for the person who reads it. */
  readonly hint?: string | undefined;
  /** What it is about, as data, where the words depend on who says it. */
  readonly facts?: ErrorFacts | undefined;
  /** The last lines that a program wrote. */
  readonly output?: string | undefined;
  readonly cause?: unknown;
  /** Further problems found in the same pass (a sweep file reports all of its errors at once). */
  readonly others?: readonly SweepError[] | undefined;
}

/** The form in which an error crosses a MessagePort, the bus, or `--json`. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: string;
  readonly hint?: string;
  readonly facts?: ErrorFacts;
  readonly output?: string;
  readonly others?: readonly WireError[];
}

export class SweepError extends Error {
  override readonly name = 'SweepError';
  readonly path: string | undefined;
  readonly hint: string | undefined;
  readonly facts: ErrorFacts | undefined;
  readonly output: string | undefined;
  readonly others: readonly SweepError[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.path = details.path;
    this.hint = details.hint;
    this.facts = details.facts;
    this.output = details.output;
    this.others = details.others ?? [];
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exitCode;
  }

  /** The message, led by the place where it does not name that itself. */
  get placed(): string {
    const { path, message } = this;
    return path === undefined || message.includes(path) ? message : `${path}: ${message}`;
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.facts === undefined ? {} : { facts: this.facts }),
      ...(this.output === undefined ? {} : { output: this.output }),
      ...(this.others.length === 0 ? {} : { others: this.others.map((other) => other.toWire()) }),
    };
  }
}

/** Rebuilds an error that crossed a thread or the bus: prototypes do not survive the way. */
export function fromWire(wire: WireError): SweepError {
  return new SweepError(wire.code, wire.message, {
    path: wire.path,
    hint: wire.hint,
    facts: wire.facts,
    output: wire.output,
    others: wire.others?.map(fromWire),
  });
}

/** Any thrown value as a SweepError; what is not one is a bug and becomes INTERNAL with its cause kept. */
export function asSweepError(thrown: unknown, code: ErrorCode = 'INTERNAL'): SweepError {
  if (thrown instanceof SweepError) return thrown;
  const limit = machineLimitOf(thrown);
  if (limit !== null) return limit;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SweepError(code, message, { cause: thrown });
}

const OTHER_PLACE = 'choose another place (--home or SWEEP_HOME for studies, SWEEP_CACHE for prepared data)';

/** What the system refuses by its number, in words, with what lifts it. */
const LIMITS: Readonly<Record<string, readonly [sentence: string, hint: string]>> = {
  EMFILE: [
    'this process may not open any more files',
    'raise the limit: ulimit -n 4096, or take fewer threads (--workers)',
  ],
  ENFILE: ['this machine may not open any more files', 'raise the limit: sysctl fs.file-max=1000000'],
  ENOSPC: ['there is no space left on the disk', `free some space there, or ${OTHER_PLACE}`],
  EDQUOT: ['your quota of the disk is used up', `free some space there, or ${OTHER_PLACE}`],
  EROFS: ['this file system can only be read', `mount it for writing, or ${OTHER_PLACE}`],
  EACCES: ['you may not read or write there', `change its rights, or ${OTHER_PLACE}`],
  EPERM: ['you may not do that there', `change its rights, or ${OTHER_PLACE}`],
  EAGAIN: [
    'this machine starts no more threads or processes for you',
    'raise the limit: ulimit -u 4096 (pids.max of a container), or take fewer threads (--workers)',
  ],
  ENOMEM: [
    'the system gives this process no more memory',
    'raise the limit: ulimit -v unlimited, or take fewer threads (--workers)',
  ],
};

/** An error of the system, wherever it was thrown, and where: at `place` if it does not say itself; null for any other. */
export function machineLimitOf(thrown: unknown, place?: string): SweepError | null {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return null;
  const code = thrown.code === 'ERR_WORKER_INIT_FAILED' ? 'EAGAIN' : thrown.code;
  const limit = LIMITS[code];
  if (limit === undefined) return null;
  const [sentence, hint] = limit;
  const path = 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : place;
  return new SweepError('MACHINE_LIMIT', `${sentence}${path === undefined ? '' : `: ${path}`} (${code})`, {
    path,
    hint,
    cause: thrown,
  });
}
