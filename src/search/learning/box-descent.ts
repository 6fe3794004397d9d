// The least value of a smooth function in a box, from a starting point: BFGS (Nocedal & Wright, algorithm 6.1) on the
// coordinates that are free to move, along the path that the box cuts (Bertsekas 1982).

/** Writes the gradient and answers the value; +∞ where there is none. */
export type Slope = (x: Float64Array, gradient: Float64Array) => number;

export interface Descent {
  readonly x: Float64Array;
  readonly value: number;
}

const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 20;

export function descend(
  slope: Slope,
  start: Float64Array,
  low: Float64Array,
  high: Float64Array,
  mostSteps: number,
  tolerance: number,
): Descent {
  const n = start.length;
  let x: Float64Array = start.map((value, i) => clip(value, low[i] as number, high[i] as number));
  let gradient: Float64Array = new Float64Array(n);
  let value = slope(x, gradient);
  const inverse = identity(n);
  let isFresh = true;
  for (let step = 0; step < mostSteps && Number.isFinite(value); step++) {
    const isFree = (i: number) =>
      !(
        (x[i] === low[i] && (gradient[i] as number) > 0) ||
        (x[i] === high[i] && (gradient[i] as number) < 0)
      );
    let direction = directionOf(inverse, gradient, isFree);
    let descent = dot(direction, gradient);
    if (descent >= 0 && !isFresh) {
      inverse.set(identity(n));
      isFresh = true;
      direction = directionOf(inverse, gradient, isFree);
      descent = dot(direction, gradient);
    }
    if (descent > -tolerance * tolerance) break;
    const found = search(slope, x, value, gradient, direction, low, high, isFresh);
    if (found === null) {
      if (isFresh) break;
      inverse.set(identity(n));
      isFresh = true;
      continue;
    }
    const gain = value - found.value;
    update(inverse, n, x, gradient, found.x, found.gradient, isFresh);
    isFresh = false;
    ({ x, gradient, value } = found);
    if (gain < tolerance * Math.max(1e-3, Math.min(1, Math.abs(value)))) break;
  }
  return { x, value };
}

function search(
  slope: Slope,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  low: Float64Array,
  high: Float64Array,
  isFresh: boolean,
): { x: Float64Array; gradient: Float64Array; value: number } | null {
  // The first step knows no curvature: a tenth of the box at most, in the longest coordinate.
  let reach = 0;
  for (let i = 0; i < x.length; i++)
    reach = Math.max(
      reach,
      Math.abs(direction[i] as number) / ((high[i] as number) - (low[i] as number) || 1),
    );
  let length = isFresh ? Math.min(1, 0.1 / reach) : Math.min(1, 1 / reach);
  const nextGradient = new Float64Array(x.length);
  for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
    const next = x.map((own, i) =>
      clip(own + length * (direction[i] as number), low[i] as number, high[i] as number),
    );
    let expected = 0;
    for (let i = 0; i < x.length; i++)
      expected += (gradient[i] as number) * ((next[i] as number) - (x[i] as number));
    if (expected >= 0) return null;
    const nextValue = slope(next, nextGradient);
    if (nextValue <= value + SUFFICIENT * expected)
      return { x: next, gradient: nextGradient, value: nextValue };
  }
  return null;
}

function directionOf(
  inverse: Float64Array,
  gradient: Float64Array,
  isFree: (i: number) => boolean,
): Float64Array {
  const n = gradient.length;
  const free = Array.from({ length: n }, (_, i) => isFree(i));
  return Float64Array.from(gradient, (_, row) => {
    if (!free[row]) return 0;
    let sum = 0;
    for (let k = 0; k < n; k++)
      if (free[k]) sum -= (inverse[row * n + k] as number) * (gradient[k] as number);
    return sum;
  });
}

function update(
  inverse: Float64Array,
  n: number,
  x: Float64Array,
  gradient: Float64Array,
  nextX: Float64Array,
  nextGradient: Float64Array,
  isFresh: boolean,
): void {
  const s = nextX.map((value, i) => value - (x[i] as number));
  const y = nextGradient.map((value, i) => value - (gradient[i] as number));
  const curvature = dot(s, y);
  if (!(curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) return;
  // Nocedal & Wright, eq. 6.20: the first matrix is as large as the curvature seen.
  if (isFresh) {
    const size = curvature / dot(y, y);
    for (let i = 0; i < n; i++) inverse[i * n + i] = size;
  }
  const hy = Float64Array.from(y, (_, row) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (inverse[row * n + k] as number) * (y[k] as number);
    return sum;
  });
  const factor = (1 + dot(y, hy) / curvature) / curvature;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      inverse[i * n + j] =
        (inverse[i * n + j] as number) +
        factor * (s[i] as number) * (s[j] as number) -
        ((hy[i] as number) * (s[j] as number) + (s[i] as number) * (hy[j] as number)) / curvature;
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i] as number) * (other[i] as number);
  return sum;
}

function clip(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
