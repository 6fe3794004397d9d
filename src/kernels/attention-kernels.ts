// The kernels of additive attention as the engine sees them: see kernels.ts, and assembly/attention.ts for what each does.
type Address = number;

export interface AttentionKernels {
  rowProducts(
    steps: number,
    rows: number,
    x: Address,
    xStride: number,
    y: Address,
    yStride: number,
    columns: number,
    out: Address,
  ): void;
  softmaxOverTime(scores: Address, steps: number, rows: number): void;
  softmaxGradient(weights: Address, d: Address, steps: number, rows: number): void;
  weightedSum(
    steps: number,
    rows: number,
    weights: Address,
    x: Address,
    xStride: number,
    columns: number,
    out: Address,
    outStride: number,
  ): void;
  addWeighted(
    steps: number,
    rows: number,
    weights: Address,
    d: Address,
    dStride: number,
    columns: number,
    dx: Address,
    dxStride: number,
  ): void;
  scoreGradient(
    rows: number,
    d: Address,
    x: Address,
    query: Address,
    panels: number,
    queryGradient: Address,
    dx: Address,
  ): void;
}
