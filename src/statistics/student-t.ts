// Student's t distribution with whole degrees of freedom: intervals of a mean over few seeds or over dependent samples.
// Abramowitz & Stegun 26.7.3 and 26.7.4: a finite sum, exact to rounding; with an even number of degrees without any
// function of the host's, so that every machine gives the same bits.

/** The smallest p-value: what lies beyond is lost to rounding. */
const LEAST_TAIL = 2 ** -53;

/** P(|X| ≤ t) for X with `degrees` degrees of freedom; t ≥ 0. */
function centralProbability(t: number, degrees: number): number {
  const slope = t / Math.sqrt(degrees);
  if (slope === Number.POSITIVE_INFINITY) return 1;
  const square = 1 / (1 + slope * slope);
  const cos = Math.sqrt(square);
  const sin = slope * cos;
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * square;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (Math.atan(slope) + sin * sum) : sin * sum;
}

/** The t with P(|X| ≤ t) = confidence, by bisection. `degrees` ≥ 1, confidence in (0, 1). */
export function studentQuantile(degrees: number, confidence: number): number {
  let high = 1;
  while (centralProbability(high, degrees) < confidence) high *= 2;
  let low = 0;
  // 60 halvings reach the spacing of doubles.
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≥ t), in (0, 1]. */
export function studentTail(t: number, degrees: number): number {
  const outside = Math.max(0, (1 - centralProbability(Math.abs(t), degrees)) / 2);
  return t >= 0 ? Math.max(outside, LEAST_TAIL) : 1 - outside;
}
