// Scalar twins of assembly/optimizer.ts, bit for bit. Arrays share one layout; all are changed in place.

const f = Math.fround;
/** A slot that decays is 0 where it is negligible. */
const decayed = (x: number): number => (Math.abs(x) < 2 ** -120 ? 0 : x);

export function stepSgd(
  p: Float32Array,
  g: Float32Array,
  velocity: Float32Array,
  learningRate: number,
  momentum: number,
): void {
  for (let i = 0; i < p.length; i++) {
    let move = f(f(learningRate) * (g[i] as number));
    if (momentum !== 0) {
      move = f(move - f(f(momentum) * (velocity[i] as number)));
      velocity[i] = -decayed(move);
    }
    p[i] = (p[i] as number) - move;
  }
}

export function stepRmsprop(
  p: Float32Array,
  g: Float32Array,
  s: Float32Array,
  learningRate: number,
  rho: number,
  epsilon: number,
): void {
  const keep = f(rho);
  const take = f(1 - rho);
  for (let i = 0; i < p.length; i++) {
    const gradient = g[i] as number;
    const square = decayed(f(f(keep * (s[i] as number)) + f(take * f(gradient * gradient))));
    s[i] = square;
    p[i] = (p[i] as number) - f(f(f(learningRate) * gradient) / f(f(Math.sqrt(square)) + f(epsilon)));
  }
}

export function stepAdam(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  correctedRate: number,
  beta1: number,
  beta2: number,
  epsilon: number,
): void {
  for (let i = 0; i < p.length; i++) {
    const gradient = g[i] as number;
    const first = decayed(f(f(f(beta1) * (m[i] as number)) + f(f(1 - beta1) * gradient)));
    const second = decayed(f(f(f(beta2) * (v[i] as number)) + f(f(1 - beta2) * f(gradient * gradient))));
    m[i] = first;
    v[i] = second;
    p[i] = (p[i] as number) - f(f(f(correctedRate) * first) / f(f(Math.sqrt(second)) + f(epsilon)));
  }
}
