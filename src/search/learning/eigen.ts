// Eigenvectors of a small symmetric matrix by Jacobi's rotations (Golub & Van Loan, section 8.5).

const MOST_SWEEPS = 30;
const NEGLIGIBLE = 1e-30;

export interface Eigen {
  /** [n] */
  readonly values: Float64Array;
  /** [n, n] row-major: column k belongs to value k. */
  readonly vectors: Float64Array;
}

/** `matrix`: [n, n], symmetric; not changed. */
export function eigenOf(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const square = (a[i * n + j] as number) ** 2;
        if (i === j) diagonal += square;
        else off += square;
      }
    if (off <= NEGLIGIBLE * diagonal) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number), vectors };
}

function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q] as number;
  if (off === 0) return;
  const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (matrix: Float64Array, one: number, other: number) => {
    const x = matrix[one] as number;
    const y = matrix[other] as number;
    matrix[one] = c * x - s * y;
    matrix[other] = s * x + c * y;
  };
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(vectors, k * n + p, k * n + q);
}
