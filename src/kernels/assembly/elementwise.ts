// Flat passes over tiles: masks, sums, copies between layouts. Counts are multiples of 4 unless said otherwise.

/** out = a ∘ b */
export function multiply(a: usize, b: usize, out: usize, count: i32): void {
  const end = a + (<usize>count << 2);
  while (a < end) {
    v128.store(out, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    out += 16;
  }
}

/** out += a */
export function addInto(a: usize, out: usize, count: i32): void {
  const end = a + (<usize>count << 2);
  while (a < end) {
    v128.store(out, f32x4.add(v128.load(out), v128.load(a)));
    a += 16;
    out += 16;
  }
}

/** out += a over the first `columns` values of each row, whatever lies between rows. */
export function addColumns(a: usize, aStride: i32, out: usize, outStride: i32, rows: i32, columns: i32): void {
  const bytes = <usize>columns << 2;
  const whole = bytes & ~15;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < whole; at += 16)
      v128.store(out + at, f32x4.add(v128.load(out + at), v128.load(a + at)));
    for (let at = whole; at < bytes; at += 4) store<f32>(out + at, load<f32>(out + at) + load<f32>(a + at));
    a += <usize>aStride;
    out += <usize>outStride;
  }
}

/** out = (a + b)·factor */
export function addScaled(a: usize, b: usize, factor: f32, out: usize, count: i32): void {
  const end = a + (<usize>count << 2);
  const scale = f32x4.splat(factor);
  while (a < end) {
    v128.store(out, f32x4.mul(f32x4.add(v128.load(a), v128.load(b)), scale));
    a += 16;
    b += 16;
    out += 16;
  }
}

/** out = a·factor */
export function scale(a: usize, factor: f32, out: usize, count: i32): void {
  const end = a + (<usize>count << 2);
  const by = f32x4.splat(factor);
  while (a < end) {
    v128.store(out, f32x4.mul(v128.load(a), by));
    a += 16;
    out += 16;
  }
}

/** out[steps − 1 − t] = a[t]: a time-major tile in reverse, `stepBytes` a step. */
export function reverseTime(a: usize, out: usize, steps: i32, stepBytes: i32): void {
  let to = out + <usize>(steps - 1) * <usize>stepBytes;
  for (let t = 0; t < steps; t++) {
    memory.copy(to, a, <usize>stepBytes);
    a += <usize>stepBytes;
    to -= <usize>stepBytes;
  }
}

/** Time-major `[steps][rows][stride]` to one row a sample `[rows][steps·features]` (rowBytes apart), Keras' flatten. */
export function flattenTile(
  a: usize,
  stepBytes: i32,
  strideBytes: i32,
  out: usize,
  rowBytes: i32,
  steps: i32,
  rows: i32,
  features: i32,
): void {
  const valueBytes = <usize>features << 2;
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < steps; t++)
      memory.copy(
        out + <usize>row * <usize>rowBytes + <usize>t * valueBytes,
        a + <usize>t * <usize>stepBytes + <usize>row * <usize>strideBytes,
        valueBytes,
      );
  }
}

/** The way back of flattenTile, for gradients: lanes past `features` are left as they are. */
export function unflattenTile(
  a: usize,
  rowBytes: i32,
  out: usize,
  stepBytes: i32,
  strideBytes: i32,
  steps: i32,
  rows: i32,
  features: i32,
): void {
  const valueBytes = <usize>features << 2;
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < steps; t++)
      memory.copy(
        out + <usize>t * <usize>stepBytes + <usize>row * <usize>strideBytes,
        a + <usize>row * <usize>rowBytes + <usize>t * valueBytes,
        valueBytes,
      );
  }
}

export function fillZero(out: usize, bytes: i32): void {
  memory.fill(out, 0, <usize>bytes);
}
