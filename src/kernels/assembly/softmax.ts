// Softmax over the features of each row: e^(x − max)/Σ e^(x − max), one value after the other. Twin: ../reference/softmax.ts.

/** e^x for x ≤ 0, by the polynomial of math.ts' sigmoid; relative error ≤ 3e-7, 2⁻¹²⁶ at least. NaN stays NaN. */
// @ts-ignore: decorator
@inline function exponential(x: f32): f32 {
  const scaled = x * <f32>1.44269504089;
  const y = scaled < <f32>-126.0 ? <f32>-126.0 : scaled;
  const shifted = y + <f32>12582912.0;
  const f = y - (shifted - <f32>12582912.0);
  let p = <f32>0.0013276470127 * f + <f32>0.009675541893;
  p = p * f + <f32>0.05550713465;
  p = p * f + <f32>0.24022120237350464;
  p = p * f + <f32>0.6931469440460205;
  p = p * f + <f32>1.0;
  // 2^n · p: n sits in the low mantissa bits of `shifted`; it is moved into the exponent.
  return reinterpret<f32>(reinterpret<i32>(p) + (reinterpret<i32>(shifted) << 23));
}

/** In place: the first `units` of each of `rows` rows, `stride` bytes apart. */
export function softmaxForward(rows: i32, units: i32, values: usize, stride: i32): void {
  const bytes = <usize>units << 2;
  for (let row = 0; row < rows; row++) {
    let largest = load<f32>(values);
    for (let at: usize = 4; at < bytes; at += 4) {
      const value = load<f32>(values + at);
      if (value > largest) largest = value;
    }
    let sum: f32 = 0;
    for (let at: usize = 0; at < bytes; at += 4) {
      const power = exponential(load<f32>(values + at) - largest);
      store<f32>(values + at, power);
      sum += power;
    }
    for (let at: usize = 0; at < bytes; at += 4) store<f32>(values + at, load<f32>(values + at) / sum);
    values += <usize>stride;
  }
}

/** gradient ← y∘(gradient − Σ gradient∘y) of each row, with y the outputs. */
export function softmaxBackward(rows: i32, units: i32, output: usize, gradient: usize, stride: i32): void {
  const bytes = <usize>units << 2;
  for (let row = 0; row < rows; row++) {
    let sum: f32 = 0;
    for (let at: usize = 0; at < bytes; at += 4) sum += load<f32>(gradient + at) * load<f32>(output + at);
    for (let at: usize = 0; at < bytes; at += 4)
      store<f32>(gradient + at, load<f32>(output + at) * (load<f32>(gradient + at) - sum));
    output += <usize>stride;
    gradient += <usize>stride;
  }
}
