// Student's t distribution with whole degrees of freedom: intervals of a mean over few seeds.
// Abramowitz & Stegun 26.7.3 and 26.7.4: a finite sum, exact to rounding.

/** P(|X| ≤ t) for X with `degrees` degrees of freedom; t ≥ 0. */
function centralProbability(t: number, degrees: number): number {
  const theta = Math.atan(t / Math.sqrt(degrees));
  const cos = Math.cos(theta);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * cos * cos;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
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
