// Sobol's sequence (Joe & Kuo 2008, direction numbers "new-joe-kuo-6.21201"), in the order of Antonov & Saleev's Gray code,
// and Owen's nested scrambling of it by a hash (Burley 2020, "Practical Hash-based Owen Scrambling").

/** Dimensions 2, 3, …: the primitive polynomial as bits, and the first direction numbers. */
const JOE_KUO: readonly (readonly [number, ...number[]])[] = [
  [3, 1],
  [7, 1, 3],
  [11, 1, 3, 1],
  [13, 1, 1, 1],
  [19, 1, 1, 3, 3],
  [25, 1, 3, 5, 13],
  [37, 1, 1, 5, 5, 17],
  [41, 1, 1, 5, 5, 5],
  [47, 1, 1, 7, 11, 19],
  [55, 1, 1, 5, 1, 1],
  [59, 1, 1, 1, 3, 11],
  [61, 1, 3, 5, 5, 31],
  [67, 1, 3, 3, 9, 7, 49],
  [91, 1, 1, 1, 15, 21, 21],
  [97, 1, 3, 1, 13, 27, 49],
  [103, 1, 1, 1, 15, 7, 5],
  [109, 1, 3, 1, 15, 13, 25],
  [115, 1, 1, 5, 5, 19, 61],
  [131, 1, 3, 7, 11, 23, 15, 103],
  [137, 1, 3, 7, 13, 13, 15, 69],
  [143, 1, 1, 3, 13, 7, 35, 63],
  [145, 1, 3, 5, 9, 1, 25, 53],
  [157, 1, 3, 1, 13, 9, 35, 107],
  [167, 1, 3, 1, 5, 27, 61, 31],
  [171, 1, 1, 5, 11, 19, 41, 61],
  [185, 1, 3, 5, 3, 3, 13, 69],
  [191, 1, 1, 7, 13, 1, 19, 1],
  [193, 1, 3, 7, 5, 13, 19, 59],
  [203, 1, 1, 3, 9, 25, 29, 41],
  [211, 1, 3, 5, 13, 23, 1, 55],
  [213, 1, 3, 7, 3, 13, 59, 17],
  [229, 1, 3, 1, 3, 5, 53, 69],
  [239, 1, 1, 5, 5, 23, 33, 13],
  [241, 1, 1, 7, 7, 1, 61, 123],
  [247, 1, 1, 7, 9, 13, 61, 49],
  [253, 1, 3, 3, 5, 3, 55, 33],
  [285, 1, 3, 1, 15, 31, 13, 49, 245],
  [299, 1, 3, 5, 15, 31, 59, 63, 97],
  [301, 1, 3, 1, 11, 11, 11, 77, 249],
  [333, 1, 3, 1, 11, 27, 43, 71, 9],
  [351, 1, 1, 7, 15, 21, 11, 81, 45],
  [355, 1, 3, 7, 3, 25, 31, 65, 79],
  [357, 1, 3, 1, 1, 19, 11, 3, 205],
  [361, 1, 1, 5, 9, 19, 21, 29, 157],
  [369, 1, 3, 7, 11, 1, 33, 89, 185],
  [391, 1, 3, 3, 3, 15, 9, 79, 71],
  [397, 1, 3, 7, 11, 15, 39, 119, 27],
  [425, 1, 1, 3, 1, 11, 31, 97, 225],
  [451, 1, 1, 1, 3, 23, 43, 57, 177],
  [463, 1, 3, 7, 7, 17, 17, 37, 71],
  [487, 1, 3, 1, 5, 27, 63, 123, 213],
  [501, 1, 1, 3, 5, 11, 43, 53, 133],
  [529, 1, 3, 5, 5, 29, 17, 47, 173, 479],
  [539, 1, 3, 3, 11, 3, 1, 109, 9, 69],
  [545, 1, 1, 1, 5, 17, 39, 23, 5, 343],
  [557, 1, 3, 1, 5, 25, 15, 31, 103, 499],
  [563, 1, 1, 1, 11, 11, 17, 63, 105, 183],
  [601, 1, 1, 5, 11, 9, 29, 97, 231, 363],
  [607, 1, 1, 5, 15, 19, 45, 41, 7, 383],
  [617, 1, 3, 7, 7, 31, 19, 83, 137, 221],
  [623, 1, 1, 1, 3, 23, 15, 111, 223, 83],
  [631, 1, 1, 5, 13, 31, 15, 55, 25, 161],
  [637, 1, 1, 3, 13, 25, 47, 39, 87, 257],
];
export const SOBOL_DIMENSIONS = JOE_KUO.length + 1;
const BITS = 32;
const TWO_32 = 0x1_0000_0000;

export interface Sobol {
  /** Point `index` < 2^32 in [0, 1)^d. */
  at(index: number): Float64Array;
}

/** `seed` null: the sequence itself. */
export function createSobol(dimensions: number, seed: number | null): Sobol {
  const directions = Array.from({ length: dimensions }, (_, dimension) => directionNumbers(dimension));
  return {
    at(index) {
      const gray = (index ^ (index >>> 1)) >>> 0;
      return Float64Array.from(directions, (own, dimension) => {
        let bits = 0;
        for (let bit = 0; gray >>> bit !== 0 && bit < BITS; bit++)
          if ((gray >>> bit) & 1) bits ^= own[bit] ?? 0;
        return (seed === null ? bits >>> 0 : scramble(bits, mix(seed, dimension))) / TWO_32;
      });
    },
  };
}

function directionNumbers(dimension: number): Uint32Array {
  const numbers = new Uint32Array(BITS);
  const row = JOE_KUO[dimension - 1];
  if (row === undefined) return numbers.map((_, bit) => 2 ** (BITS - 1 - bit));
  const [polynomial, ...first] = row;
  const degree = first.length;
  for (let bit = 0; bit < BITS; bit++) {
    const given = first[bit];
    if (given !== undefined) {
      numbers[bit] = given * 2 ** (BITS - 1 - bit);
      continue;
    }
    const before = numbers[bit - degree] ?? 0;
    let value = before ^ (before >>> degree);
    for (let term = 1; term < degree; term++)
      if ((polynomial >>> (degree - term)) & 1) value ^= numbers[bit - term] ?? 0;
    numbers[bit] = value;
  }
  return numbers;
}

/** Flips each bit by a hash of those above it: elementary intervals keep their counts. */
function scramble(bits: number, seed: number): number {
  let hash = (reverseBits(bits) + seed) | 0;
  // Laine & Karras 2011: each product moves bits upwards alone. Constants of Burley's section 3.
  hash ^= Math.imul(hash, 0x6c50_b47c);
  hash ^= Math.imul(hash, 0xb82f_1e52);
  hash ^= Math.imul(hash, 0xc7af_e638);
  hash ^= Math.imul(hash, 0x8d22_f6e6);
  return reverseBits(hash) >>> 0;
}

function reverseBits(bits: number): number {
  let reversed = bits;
  reversed = ((reversed >>> 1) & 0x5555_5555) | ((reversed & 0x5555_5555) << 1);
  reversed = ((reversed >>> 2) & 0x3333_3333) | ((reversed & 0x3333_3333) << 2);
  reversed = ((reversed >>> 4) & 0x0f0f_0f0f) | ((reversed & 0x0f0f_0f0f) << 4);
  reversed = ((reversed >>> 8) & 0x00ff_00ff) | ((reversed & 0x00ff_00ff) << 8);
  return (reversed >>> 16) | (reversed << 16);
}

/** A seed of its own for each dimension (the finaliser of MurmurHash3). */
export function mix(seed: number, salt: number): number {
  let hash = (Math.imul(seed | 0, 0x9e37_79b1) + Math.imul(salt + 1, 0x85eb_ca6b)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
