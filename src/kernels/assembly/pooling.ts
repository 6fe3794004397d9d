// Pools over time: a window takes whole time steps of a time-major tile, `stepBytes` each (a multiple of 16), so every
// lane stands for itself. Windows are as in ../../study/sliding-window.ts, without dilation. Twin: ../reference/pooling.ts.

/** out[w] = max of the window's steps; NaN in, NaN out. */
export function maxPool(
  x: usize,
  steps: i32,
  stepBytes: i32,
  count: i32,
  size: i32,
  strides: i32,
  padBefore: i32,
  out: usize,
): void {
  for (let w = 0; w < count; w++) {
    const start = w * strides - padBefore;
    const first = x + <usize>max(start, 0) * <usize>stepBytes;
    const end = x + <usize>min(start + size, steps) * <usize>stepBytes;
    for (let i: usize = 0; i < <usize>stepBytes; i += 16) {
      let largest = v128.load(first + i);
      for (let at = first + <usize>stepBytes; at < end; at += <usize>stepBytes)
        largest = f32x4.max(largest, v128.load(at + i));
      v128.store(out, largest);
      out += 16;
    }
  }
}

/** dx: each window's gradient goes to the first step that holds its maximum, as TensorFlow's max pool does. */
export function maxPoolGradient(
  x: usize,
  out: usize,
  d: usize,
  dx: usize,
  steps: i32,
  stepBytes: i32,
  count: i32,
  size: i32,
  strides: i32,
  padBefore: i32,
): void {
  memory.fill(dx, 0, <usize>steps * <usize>stepBytes);
  for (let w = 0; w < count; w++) {
    const start = w * strides - padBefore;
    const first = <usize>max(start, 0) * <usize>stepBytes;
    const end = <usize>min(start + size, steps) * <usize>stepBytes;
    for (let i: usize = 0; i < <usize>stepBytes; i += 16) {
      const largest = v128.load(out);
      let left = v128.load(d);
      for (let at = first + i; at < end; at += <usize>stepBytes) {
        const isLargest = f32x4.eq(v128.load(x + at), largest);
        v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(left, isLargest)));
        left = v128.andnot(left, isLargest);
      }
      out += 16;
      d += 16;
    }
  }
}

/** dx of a window over all steps: equal maxima share its gradient, as Keras' reduction does. */
export function globalMaxGradient(x: usize, out: usize, d: usize, dx: usize, steps: i32, stepBytes: i32): void {
  const bytes = <usize>steps * <usize>stepBytes;
  const unit = f32x4.splat(1);
  for (let i: usize = 0; i < <usize>stepBytes; i += 16) {
    const largest = v128.load(out + i);
    let holders: v128 = f32x4.splat(0);
    for (let at = i; at < bytes; at += <usize>stepBytes)
      holders = f32x4.add(holders, v128.and(f32x4.eq(v128.load(x + at), largest), unit));
    const share = f32x4.div(v128.load(d + i), holders);
    for (let at = i; at < bytes; at += <usize>stepBytes)
      v128.store(dx + at, v128.and(share, f32x4.eq(v128.load(x + at), largest)));
  }
}

/** out[w] = mean of the window's steps within the sequence: padding does not count, as in TensorFlow. */
export function averagePool(
  x: usize,
  steps: i32,
  stepBytes: i32,
  count: i32,
  size: i32,
  strides: i32,
  padBefore: i32,
  out: usize,
): void {
  for (let w = 0; w < count; w++) {
    const start = w * strides - padBefore;
    const from = max(start, 0);
    const to = min(start + size, steps);
    const first = x + <usize>from * <usize>stepBytes;
    const end = x + <usize>to * <usize>stepBytes;
    const number = f32x4.splat(<f32>(to - from));
    for (let i: usize = 0; i < <usize>stepBytes; i += 16) {
      let sum = v128.load(first + i);
      for (let at = first + <usize>stepBytes; at < end; at += <usize>stepBytes)
        sum = f32x4.add(sum, v128.load(at + i));
      v128.store(out, f32x4.div(sum, number));
      out += 16;
    }
  }
}

export function averagePoolGradient(
  d: usize,
  dx: usize,
  steps: i32,
  stepBytes: i32,
  count: i32,
  size: i32,
  strides: i32,
  padBefore: i32,
): void {
  memory.fill(dx, 0, <usize>steps * <usize>stepBytes);
  for (let w = 0; w < count; w++) {
    const start = w * strides - padBefore;
    const from = max(start, 0);
    const to = min(start + size, steps);
    const first = dx + <usize>from * <usize>stepBytes;
    const end = dx + <usize>to * <usize>stepBytes;
    const number = f32x4.splat(<f32>(to - from));
    for (let i: usize = 0; i < <usize>stepBytes; i += 16) {
      const share = f32x4.div(v128.load(d), number);
      for (let at = first + i; at < end; at += <usize>stepBytes)
        v128.store(at, f32x4.add(v128.load(at), share));
      d += 16;
    }
  }
}
