// What an objective in JavaScript or TypeScript is: a function of parameters, and what it is given beside them. Imports nothing,
// as whoever writes one imports it: `import { defineObjective } from 'sweep'`.

/** One point of the search space. */
export type ObjectiveParams = Readonly<Record<string, string | number | boolean | null>>;

/** Values by name; the one that the sweep file names as `metric` ranks the trial. */
export type ObjectiveMetrics = Readonly<Record<string, number>>;

export interface ObjectiveContext {
  readonly seed: number;
  /** Epochs that were done before, by an attempt whose checkpoint this one goes on from; 0: none. */
  readonly epoch: number;
  /**
   * The budget: `objective.epochs` of the sweep file, or as many as the scheduler gives it for now, to go on from its
   * checkpoint later; null: as many as it likes.
   */
  readonly epochs: number | null;
  /**
   * Tells of the next epoch (or of `metrics.epoch`). Ends the function by throwing where its scheduler stops the trial, or its
   * worker leaves: let it through. A number is the metric of the sweep file.
   */
  report(metrics: number | ObjectiveMetrics): void;
  readonly checkpoint: {
    /** What `save` was given last, by this attempt or one before; null: nothing. */
    load(): unknown;
    /** After the report of an epoch: any value that a structured clone takes. */
    save(value: unknown): void;
  };
  /** Aborted when the trial is to end: for what waits. */
  readonly signal: AbortSignal;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a function that reports may return nothing.
export type ObjectiveResult = number | ObjectiveMetrics | undefined | void;

export type ObjectiveFunction<Given = ObjectiveParams> = (
  params: Given,
  context: ObjectiveContext,
) => ObjectiveResult | Promise<ObjectiveResult>;

/** The function itself, with types: `export default defineObjective<{ lr: number }>(async ({ lr }, { report }) => …)`. */
export function defineObjective<Given = ObjectiveParams>(
  objective: ObjectiveFunction<Given>,
): ObjectiveFunction<Given> {
  return objective;
}

/** To throw where these parameters can't be: the trial failed, and is not tried again. */
export class InfeasibleError extends Error {
  override readonly name = 'InfeasibleError';
}

/** To throw where another attempt may do: a service that does not answer. */
export class TryAgainError extends Error {
  override readonly name = 'TryAgainError';
}
