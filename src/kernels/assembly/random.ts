// Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
// A value depends on its key and counter only, so a resumed trial draws the same dropout masks. Twin: ../reference/random.ts.

/**
 * Dropout mask: mask[i] = 0 with probability `threshold`/2^32, else `keep`, for i < count (a multiple of 4).
 * Key (keyLow, keyHigh); counter (first + i/4, purpose, epoch, step).
 */
export function fillDropoutMask(
  mask: usize,
  count: i32,
  threshold: u32,
  keep: f32,
  keyLow: u32,
  keyHigh: u32,
  first: u32,
  purpose: u32,
  epoch: u32,
  step: u32,
): void {
  const end = mask + (<usize>count << 2);
  while (mask < end) {
    let c0: u32 = first;
    let c1: u32 = purpose;
    let c2: u32 = epoch;
    let c3: u32 = step;
    let k0: u32 = keyLow;
    let k1: u32 = keyHigh;
    for (let round = 0; round < 10; round++) {
      const product0 = <u64>0xd2511f53 * <u64>c0;
      const product1 = <u64>0xcd9e8d57 * <u64>c2;
      const next0 = <u32>(product1 >> 32) ^ c1 ^ k0;
      const next2 = <u32>(product0 >> 32) ^ c3 ^ k1;
      c1 = <u32>product1;
      c3 = <u32>product0;
      c0 = next0;
      c2 = next2;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    store<f32>(mask, c0 < threshold ? 0 : keep);
    store<f32>(mask, c1 < threshold ? 0 : keep, 4);
    store<f32>(mask, c2 < threshold ? 0 : keep, 8);
    store<f32>(mask, c3 < threshold ? 0 : keep, 12);
    mask += 16;
    first++;
  }
}
