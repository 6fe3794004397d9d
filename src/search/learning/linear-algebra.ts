// The linear algebra of a Gaussian process: factors and solves of a few hundred rows, row-major in place. Rows are read in
// order, the way the loops of V8 are quickest; from 32 to 300 rows that is all a library would do.

/**
 * L of A = L·Lᵀ, [n, n] row-major, in the lower triangle of `matrix`; what stands above is not looked at.
 * False when A is not positive definite. n³/6 multiplications.
 */
export function factor(matrix: Float64Array, n: number): boolean {
  for (let row = 0; row < n; row++) {
    const at = row * n;
    for (let column = 0; column <= row; column++) {
      const other = column * n;
      let sum = matrix[at + column] as number;
      for (let k = 0; k < column; k++) sum -= (matrix[at + k] as number) * (matrix[other + k] as number);
      if (column < row) matrix[at + column] = sum / (matrix[other + column] as number);
      else if (sum > 0) matrix[at + row] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** x of L·x = b, in place. */
export function solveLower(lower: Float64Array, n: number, b: Float64Array): void {
  for (let row = 0; row < n; row++) {
    const at = row * n;
    let sum = b[row] as number;
    for (let k = 0; k < row; k++) sum -= (lower[at + k] as number) * (b[k] as number);
    b[row] = sum / (lower[at + row] as number);
  }
}

/** x of Lᵀ·x = b, in place; row by row of L, whose columns lie far apart. */
export function solveUpper(lower: Float64Array, n: number, b: Float64Array): void {
  for (let row = n - 1; row >= 0; row--) {
    const at = row * n;
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
    for (let row = column; row < n; row++) {
      let sum = row === column ? 1 : 0;
      for (let k = column; k < row; k++) sum -= (lower[row * n + k] as number) * (scratch[at + k] as number);
      scratch[at + row] = sum / (lower[row * n + row] as number);
    }
  }
  for (let row = 0; row < n; row++)
    for (let column = 0; column <= row; column++) {
      let sum = 0;
      for (let k = row; k < n; k++)
        sum += (scratch[row * n + k] as number) * (scratch[column * n + k] as number);
      into[row * n + column] = sum;
    }
}
