// Columns of a matrix are processed eight at a time, in panels.

/** ceil(units / 8) */
export function panelsOf(units: number): number {
  return Math.ceil(units / 8);
}

/**
 * Float32 values between rows of arrays over the units of a recurrent layer. Rows a multiple of 512 bytes apart fall into
 * few sets of an 8-way first-level cache, and walking down a column evicts what it needs next: one more panel lies between
 * them.
 */
export function recurrentStride(units: number): number {
  const values = 8 * panelsOf(units);
  return values % 128 === 0 ? values + 8 : values;
}
