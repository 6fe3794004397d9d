// Results of several objectives, of which smaller is better: which one beats another in every respect, and how they are put
// in order by it (fast non-dominated sort and crowding distance of Deb et al. 2002, IEEE TEVC 6). Pure.

/** In nothing worse, in something better (Pareto). */
export function dominates(one: readonly number[], other: readonly number[]): boolean {
  let isBetter = false;
  for (const [place, value] of one.entries()) {
    const beside = other[place] ?? value;
    if (value > beside) return false;
    isBetter ||= value < beside;
  }
  return isBetter;
}

/**
 * The places 0 … count − 1 in fronts: in the first those that none beats, in the next those that none of the others beats, …
 * Within a front in ascending order. O(count²) calls of `beats`.
 */
export function sortFronts(count: number, beats: (one: number, other: number) => boolean): number[][] {
  const beaten = Array.from({ length: count }, (): number[] => []);
  /** How many beat it that are in no front yet. */
  const beatenBy = new Int32Array(count);
  for (let one = 0; one < count; one++)
    for (let other = 0; other < count; other++) {
      if (one === other || !beats(one, other)) continue;
      beaten[one]?.push(other);
      beatenBy[other] = (beatenBy[other] ?? 0) + 1;
    }
  const fronts: number[][] = [];
  let front = Array.from({ length: count }, (_, place) => place).filter((place) => beatenBy[place] === 0);
  while (front.length > 0) {
    fronts.push(front);
    const next: number[] = [];
    for (const one of front)
      for (const other of beaten[one] ?? []) {
        const left = (beatenBy[other] ?? 0) - 1;
        beatenBy[other] = left;
        if (left === 0) next.push(other);
      }
    front = next.sort((left, right) => left - right);
  }
  return fronts;
}

/** How far the neighbours of each lie apart, summed over the objectives, each as a share of its spread; infinite at the ends. */
export function crowdingDistances(front: readonly (readonly number[])[]): number[] {
  const distances = front.map(() => 0);
  const objectives = front[0]?.length ?? 0;
  for (let objective = 0; objective < objectives; objective++) {
    const lossOf = (place: number): number => front[place]?.[objective] ?? 0;
    const order = front.map((_, place) => place).sort((left, right) => lossOf(left) - lossOf(right));
    const [first = 0] = order;
    const last = order.at(-1) ?? 0;
    const spread = lossOf(last) - lossOf(first);
    distances[first] = Number.POSITIVE_INFINITY;
    distances[last] = Number.POSITIVE_INFINITY;
    if (spread === 0) continue;
    for (const [at, place] of order.slice(1, -1).entries()) {
      const gap = lossOf(order[at + 2] ?? last) - lossOf(order[at] ?? first);
      distances[place] = (distances[place] ?? 0) + gap / spread;
    }
  }
  return distances;
}
