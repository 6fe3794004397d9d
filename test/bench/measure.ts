// Timing: tasks measured alternating with one another, so that a neighbour who slows the machine slows all of them.

/** First runs are interpreted and baseline code; after six calls of a step times are steady. */
const WARM_UP = 6;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export interface Timed<Name extends string> {
  readonly medianMs: Record<Name, number>;
  /** What a quiet machine would show. */
  readonly minMs: Record<Name, number>;
}

/** Runs each task once a round, `rounds` times after warming up; milliseconds of one call. */
export function interleave<Name extends string>(
  tasks: Record<Name, () => void>,
  rounds: number,
  warmUp = WARM_UP,
): Timed<Name> {
  const names = Object.keys(tasks) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++)
    for (const name of names) {
      const startedMs = performance.now();
      tasks[name]();
      const tookMs = performance.now() - startedMs;
      if (round >= 0) times.get(name)?.push(tookMs);
    }
  const each = (pick: (values: number[]) => number): Record<Name, number> =>
    Object.fromEntries(names.map((name) => [name, pick(times.get(name) ?? [])])) as Record<Name, number>;
  return { medianMs: each(median), minMs: each((values) => Math.min(...values)) };
}
