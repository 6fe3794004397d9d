// The linear algebra of a Gaussian process: factors and solves of a few hundred rows, lower triangles packed row by row, so that
// rows can be added at the end. Sums run in four lanes, which a processor adds at once: from 32 to 300 rows that is all a
// library would do.

/** Where a row of a packed triangle begins. */
export function rowStart(row: number): number {
  return (row * (row + 1)) / 2;
}

/** Σ a[at + k]·b[bt + k] over `count` terms, always in the same order. */
function dot(a: Float64Array, at: number, b: Float64Array, bt: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += (a[at + k] as number) * (b[bt + k] as number);
    s1 += (a[at + k + 1] as number) * (b[bt + k + 1] as number);
    s2 += (a[at + k + 2] as number) * (b[bt + k + 2] as number);
    s3 += (a[at + k + 3] as number) * (b[bt + k + 3] as number);
  }
  for (; k < count; k++) s0 += (a[at + k] as number) * (b[bt + k] as number);
  return s0 + s1 + (s2 + s3);
}

/**
 * L of A = L·Lᵀ in place of A's lower triangle. Rows before `first` hold L already: rows that are added one by one get the
 * bits that a whole factorisation gives them. False when A is not positive definite. n³/6 multiplications.
 */
export function factor(matrix: Float64Array, n: number, first = 0): boolean {
  for (let row = first; row < n; row++) {
    const at = rowStart(row);
    for (let column = 0; column < row; column++) {
      const other = rowStart(column);
      const rest = (matrix[at + column] as number) - dot(matrix, at, matrix, other, column);
      matrix[at + column] = rest / (matrix[other + column] as number);
    }
    const rest = (matrix[at + row] as number) - dot(matrix, at, matrix, at, row);
    if (!(rest > 0)) return false;
    matrix[at + row] = Math.sqrt(rest);
  }
  return true;
}

/** x of L·x = b, in place. */
export function solveLower(lower: Float64Array, n: number, b: Float64Array): void {
  for (let row = 0; row < n; row++) {
    const at = rowStart(row);
    b[row] = ((b[row] as number) - dot(lower, at, b, 0, row)) / (lower[at + row] as number);
  }
}

/** x of Lᵀ·x = b, in place; row by row of L, whose columns lie far apart. */
export function solveUpper(lower: Float64Array, n: number, b: Float64Array): void {
  for (let row = n - 1; row >= 0; row--) {
    const at = rowStart(row);
    const x = (b[row] as number) / (lower[at + row] as number);
    b[row] = x;
    for (let k = 0; k < row; k++) b[k] = (b[k] as number) - x * (lower[at + k] as number);
  }
}

/** A⁻¹ from its factor, the lower triangle of `into`; `scratch`: [n, n]. n³/3 multiplications. */
export function invert(lower: Float64Array, n: number, into: Float64Array, scratch: Float64Array): void {
  // L⁻ᵀ by rows: row `column` of scratch holds column `column` of L⁻¹, from its diagonal on.
  for (let column = 0; column < n; column++) {
    const at = column * n;
    scratch[at + column] = 1 / (lower[rowStart(column) + column] as number);
    for (let row = column + 1; row < n; row++) {
      const own = rowStart(row);
      const sum = dot(lower, own + column, scratch, at + column, row - column);
      scratch[at + row] = -sum / (lower[own + row] as number);
    }
  }
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++)
      into[rowStart(row) + column] = dot(scratch, row * n + row, scratch, column * n + row, n - row);
}
