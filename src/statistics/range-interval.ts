// Intervals that stay where the value can be: of an error above zero on the logarithm's scale, of a share in (0, 1) on the
// logit's, else as they come. The half width is carried over by the delta method, so that zeros among the values do no harm
// and the estimate always lies inside.

/** Where a mean can lie. */
export type Range = 'real' | 'positive' | 'share';
export type Interval = readonly [number, number];

/** Beyond it e^x is nought or infinite for all that an interval can say. */
const LARGEST_EXPONENT = 700;
const EXPONENT_TERMS = 12;
/** e^x by its series where |x| ≤ 2^−HALVINGS · 700, then squared. */
const HALVINGS = 12;

/** The interval of `half` to both sides of `mean`, on the scale of `range`; at an end of the range there is none: null. */
export function intervalWithin(range: Range, mean: number, half: number): Interval | null {
  switch (range) {
    case 'real':
      return [mean - half, mean + half];
    case 'positive': {
      if (!(mean > 0)) return null;
      const factor = exponential(half / mean);
      return around(mean, mean / factor, Math.min(mean * factor, Number.MAX_VALUE));
    }
    case 'share': {
      if (!(mean > 0 && mean < 1)) return null;
      const factor = exponential(half / (mean * (1 - mean)));
      const odds = mean / (1 - mean);
      return around(mean, odds / (odds + factor), 1 / (1 + 1 / (odds * factor)));
    }
  }
}

/** Rounding must not leave the estimate outside. */
function around(mean: number, low: number, high: number): Interval {
  return [Math.min(mean, low), Math.max(mean, high)];
}

/** e^x, x ≥ 0, cut at e^700; Math.exp may differ in its last digit between machines. */
function exponential(x: number): number {
  let small = Math.min(x, LARGEST_EXPONENT);
  for (let halving = 0; halving < HALVINGS; halving += 1) small /= 2;
  let sum = 1;
  for (let term = EXPONENT_TERMS; term >= 1; term -= 1) sum = 1 + (sum * small) / term;
  for (let halving = 0; halving < HALVINGS; halving += 1) sum *= sum;
  return sum;
}
