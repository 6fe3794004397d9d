// The interval of a share, such as an accuracy: Wilson's score interval (Wilson 1927, JASA 22; Agresti & Coull 1998). Unlike
// a bootstrap it lies in [0, 1] and does not shrink to a point when every sample is right.

/** Standard normal quantile of 0.975: 95 % lie inside. */
const QUANTILE = 1.959963984540054;

/** 95 % interval of the probability behind `hits` successes in `count` independent trials. */
export function shareInterval(hits: number, count: number): [number, number] {
  if (!(count >= 1 && hits >= 0 && hits <= count)) {
    throw new RangeError(`${hits} of ${count} is no share`);
  }
  const share = hits / count;
  const square = (QUANTILE * QUANTILE) / count;
  const centre = (share + square / 2) / (1 + square);
  const half = (QUANTILE * Math.sqrt((share * (1 - share)) / count + square / (4 * count))) / (1 + square);
  // At both ends exactly the end, which rounding would miss by a bit.
  return [hits === 0 ? 0 : centre - half, hits === count ? 1 : centre + half];
}
