// Resamples of a series that keep its dependence: whole blocks are drawn, and a block that reaches the end goes on from the
// start (circular block bootstrap, Politis & Romano 1992). The same seed, the same resamples on every machine.
import { seededRandom } from './seeded-random.js';

/** `replications` lists of `count` places in [0, count), drawn in blocks of `blockLength`, a whole number from 1. */
export function* blockResamples(
  count: number,
  blockLength: number,
  replications: number,
  seed: number,
): Generator<Uint32Array> {
  const random = seededRandom(seed);
  for (let replication = 0; replication < replications; replication += 1) {
    const places = new Uint32Array(count);
    for (let start = 0; start < count; start += blockLength) {
      const from = random.below(count);
      const end = Math.min(start + blockLength, count);
      for (let at = start; at < end; at += 1) places[at] = (from + at - start) % count;
    }
    yield places;
  }
}
