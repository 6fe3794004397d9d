// One line of a benchmark, as `npm run bench -- NAME --json` prints it.

export interface BenchResult {
  readonly name: string;
  /** Median over the repetitions of one step (or one whole task where there are no steps). */
  readonly msPerStep: number;
  /** What it is compared with, run alternating with it in the same process. */
  readonly baseline: string;
  readonly baselineMsPerStep: number;
  /** baselineMsPerStep / msPerStep: how many times faster than the baseline. */
  readonly ratio: number;
  /** Share of the machine's limit that is reached; null where none was measured. */
  readonly fractionOfLimit: number | null;
}

export function against(
  name: string,
  msPerStep: number,
  baseline: string,
  baselineMsPerStep: number,
  fractionOfLimit: number | null,
): BenchResult {
  return {
    name,
    msPerStep,
    baseline,
    baselineMsPerStep,
    ratio: baselineMsPerStep / msPerStep,
    fractionOfLimit,
  };
}
