// TensorFlow's recurrent operations as their documentation defines them, in plain TensorFlow.js: so that all but the
// operations themselves can be tested on any machine, those of a GPU too.
import type { Tensor, Tensorflow } from '../../../src/engine/tfjs/layer.js';
import type { CudnnMode, RecurrentOps } from '../../../src/engine/tfjs/recurrent-ops.js';

export function emulateRecurrentOps(tf: Tensorflow): RecurrentOps {
  /** BlockLSTMV2: [i, f, ci, o] = [x, h]·w + b */
  const lstm: RecurrentOps['lstm'] = (x, weights, bias) => {
    const units = (bias.shape[0] as number) / 4;
    let h: Tensor = tf.zeros([x.shape[1] as number, units]);
    let cs = h;
    const steps = tf.unstack(x).map((xt) => {
      const sums = tf.add(tf.matMul(tf.concat([xt, h], 1), weights), bias);
      const [si, sf, sc, so] = tf.split(sums, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
      const [i, f, o] = [tf.sigmoid(si), tf.sigmoid(sf), tf.sigmoid(so)] as [Tensor, Tensor, Tensor];
      const ci: Tensor = tf.tanh(sc);
      cs = tf.add(tf.mul(ci, i), tf.mul(cs, f));
      const co: Tensor = tf.tanh(cs);
      h = tf.mul(co, o);
      return { i, cs, f, o, ci, co, h };
    });
    const all = (name: 'i' | 'cs' | 'f' | 'o' | 'ci' | 'co' | 'h'): Tensor =>
      tf.stack(steps.map((step) => step[name]));
    return {
      i: all('i'),
      cs: all('cs'),
      f: all('f'),
      o: all('o'),
      ci: all('ci'),
      co: all('co'),
      h: all('h'),
    };
  };
  /** Backwards through lstm's sums: [di, df, dci, do] of each step, then products with what the sums were of. */
  const lstmGradient: RecurrentOps['lstmGradient'] = (x, weights, _bias, states, dh) => {
    const { i, cs, f, o, ci, co, h } = Object.fromEntries(
      Object.entries(states).map(([name, tensor]) => [name, tf.unstack(tensor as Tensor)]),
    ) as unknown as Record<'i' | 'cs' | 'f' | 'o' | 'ci' | 'co' | 'h', Tensor[]>;
    const inputs = tf.unstack(x);
    const slopes = tf.unstack(dh);
    const features = x.shape[2] as number;
    const zero: Tensor = tf.zerosLike(slopes[0] as Tensor);
    let carriedH = zero;
    let carriedC = zero;
    const dx: Tensor[] = [];
    const dSums: Tensor[] = [];
    const products: Tensor[] = [];
    for (let t = inputs.length - 1; t >= 0; t--) {
      const [it, ft, ot, cit, cot] = [i[t], f[t], o[t], ci[t], co[t]] as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      const slope = tf.add(slopes[t] as Tensor, carriedH);
      const dc: Tensor = tf.add(carriedC, tf.mul(tf.mul(slope, ot), tf.sub(1, tf.square(cot))));
      const sums: Tensor = tf.concat(
        [
          tf.mul(tf.mul(dc, cit), sigmoidSlope(it)),
          tf.mul(tf.mul(dc, cs[t - 1] ?? zero), sigmoidSlope(ft)),
          tf.mul(tf.mul(dc, it), tf.sub(1, tf.square(cit))),
          tf.mul(tf.mul(slope, cot), sigmoidSlope(ot)),
        ] as Tensor[],
        1,
      );
      const below: Tensor = tf.matMul(sums, weights, false, true);
      dx[t] = tf.slice(below, [0, 0], [-1, features]);
      carriedH = tf.slice(below, [0, features], [-1, -1]);
      carriedC = tf.mul(dc, ft);
      dSums.push(tf.sum(sums, 0));
      products.push(tf.matMul(tf.concat([inputs[t] as Tensor, h[t - 1] ?? zero], 1), sums, true));
    }
    return [tf.stack(dx), tf.addN(products), tf.addN(dSums)];
  };
  const sigmoidSlope = (gate: Tensor): Tensor => tf.mul(gate, tf.sub(1, gate));

  /** cuDNN's vector taken apart: matrices `[rows, U]` by gate, then both biases by gate. */
  const unpack = (mode: CudnnMode, features: number, units: number, params: Tensor) => {
    const gates = mode === 'lstm' ? 4 : 3;
    let at = 0;
    const take = (rows: number): Tensor => {
      const values: Tensor = tf.slice(params, [at], [units * rows]);
      at += units * rows;
      return values;
    };
    const matrices = (rows: number): Tensor[] =>
      Array.from({ length: gates }, () => tf.transpose(tf.reshape(take(rows), [units, rows])) as Tensor);
    const biases = (): Tensor[] => Array.from({ length: gates }, () => take(1));
    return { input: matrices(features), recurrent: matrices(units), first: biases(), second: biases() };
  };
  const pack = (...parts: (readonly Tensor[])[]): Tensor =>
    tf.concat(parts.flat().map((part) => tf.reshape(tf.transpose(part), [-1])) as Tensor[]);
  /** cuDNN's LSTM is BlockLSTMV2 with the sum of its two biases. */
  const asBlockLstm = (x: Tensor, units: number, params: Tensor): [Tensor, Tensor] => {
    const { input, recurrent, first, second } = unpack('lstm', x.shape[2] as number, units, params);
    const weights: Tensor = tf.concat([tf.concat(input, 1), tf.concat(recurrent, 1)], 0);
    return [weights, tf.add(tf.concat(first), tf.concat(second))];
  };
  /** The second bias of cuDNN's GRU stands inside the reset; gates are r, z, h. */
  const cudnnGru = (x: Tensor, units: number, params: Tensor) => {
    const { input, recurrent, first, second } = unpack('gru', x.shape[2] as number, units, params);
    let h: Tensor = tf.zeros([x.shape[1] as number, units]);
    return tf.unstack(x).map((xt) => {
      const before = h;
      const fromX = (gate: number): Tensor =>
        tf.add(tf.matMul(xt, input[gate] as Tensor), first[gate] as Tensor);
      const fromH = [0, 1, 2].map(
        (gate): Tensor => tf.add(tf.matMul(before, recurrent[gate] as Tensor), second[gate] as Tensor),
      );
      const r: Tensor = tf.sigmoid(tf.add(fromX(0), fromH[0] as Tensor));
      const z: Tensor = tf.sigmoid(tf.add(fromX(1), fromH[1] as Tensor));
      const c: Tensor = tf.tanh(tf.add(fromX(2), tf.mul(r, fromH[2] as Tensor)));
      h = tf.add(tf.mul(tf.sub(1, z), c), tf.mul(z, before));
      return { xt, before, r, z, c, inReset: fromH[2] as Tensor, h };
    });
  };
  const cudnnGruGradient = (x: Tensor, units: number, params: Tensor, dOutput: Tensor): [Tensor, Tensor] => {
    const { input, recurrent } = unpack('gru', x.shape[2] as number, units, params);
    const steps = cudnnGru(x, units, params);
    const slopes = tf.unstack(dOutput);
    let carried: Tensor = tf.zerosLike(slopes[0] as Tensor);
    const dx: Tensor[] = [];
    const sums: { readonly x: Tensor[]; readonly h: Tensor[] }[] = [];
    for (let t = steps.length - 1; t >= 0; t--) {
      const step = steps[t] as (typeof steps)[number];
      const { before, r, z, c, inReset } = step;
      const slope = tf.add(slopes[t] as Tensor, carried);
      const dc: Tensor = tf.mul(tf.mul(slope, tf.sub(1, z)), tf.sub(1, tf.square(c)));
      const dz: Tensor = tf.mul(tf.mul(slope, tf.sub(before, c)), sigmoidSlope(z));
      const dr: Tensor = tf.mul(tf.mul(dc, inReset), sigmoidSlope(r));
      const ofX = [dr, dz, dc];
      const ofH: Tensor[] = [dr, dz, tf.mul(dc, r)];
      const through = (gradients: readonly Tensor[], matrices: readonly Tensor[]): Tensor =>
        tf.addN(gradients.map((d, gate) => tf.matMul(d, matrices[gate] as Tensor, false, true) as Tensor));
      dx[t] = through(ofX, input);
      carried = tf.add(through(ofH, recurrent), tf.mul(slope, z));
      sums[t] = { x: ofX, h: ofH };
    }
    const overSteps = (part: (t: number) => Tensor): Tensor => tf.addN(steps.map((_, t) => part(t)));
    const gates = [0, 1, 2];
    const product = (side: 'x' | 'h', gate: number): Tensor =>
      overSteps((t) => {
        const { xt, before } = steps[t] as (typeof steps)[number];
        return tf.matMul(side === 'x' ? xt : before, sums[t]?.[side][gate] as Tensor, true);
      });
    const total = (side: 'x' | 'h', gate: number): Tensor =>
      overSteps((t) => tf.sum(sums[t]?.[side][gate] as Tensor, 0));
    return [
      tf.stack(dx),
      pack(
        gates.map((gate) => product('x', gate)),
        gates.map((gate) => product('h', gate)),
        gates.map((gate) => total('x', gate)),
        gates.map((gate) => total('h', gate)),
      ),
    ];
  };

  return {
    lstm,
    lstmGradient,
    gruCell(x, h, { gates, candidate, gateBias, candidateBias }) {
      const both = tf.sigmoid(tf.add(tf.matMul(tf.concat([x, h], 1), gates), gateBias));
      const [r, u] = tf.split(both, 2, 1) as [Tensor, Tensor];
      const c: Tensor = tf.tanh(tf.add(tf.matMul(tf.concat([x, tf.mul(h, r)], 1), candidate), candidateBias));
      return { r, u, c, h: tf.add(tf.mul(tf.sub(1, u), c), tf.mul(u, h)) };
    },
    gruCellGradient(x, h, { gates, candidate }, { r, u, c }, dh) {
      const features = x.shape[1] as number;
      const slope = (gate: Tensor): Tensor => tf.mul(gate, tf.sub(1, gate));
      const dc: Tensor = tf.mul(tf.mul(dh, tf.sub(1, u)), tf.sub(1, tf.square(c)));
      const du = tf.mul(tf.mul(dh, tf.sub(h, c)), slope(u));
      const units = h.shape[1] as number;
      const below = tf.matMul(dc, candidate, false, true);
      const ofX: Tensor = tf.slice(below, [0, 0], [-1, features]);
      const ofResetH: Tensor = tf.slice(below, [0, features], [-1, units]);
      const dr = tf.mul(tf.mul(ofResetH, h), slope(r));
      const dGates: Tensor = tf.concat([dr, du] as Tensor[], 1);
      const belowGates = tf.matMul(dGates, gates, false, true);
      const dx: Tensor = tf.add(ofX, tf.slice(belowGates, [0, 0], [-1, features]));
      const direct = tf.add(tf.mul(dh, u), tf.mul(ofResetH, r));
      return [dx, tf.add(direct, tf.slice(belowGates, [0, features], [-1, units])), dc, dGates];
    },
    cudnn(mode, x, units, params) {
      const output =
        mode === 'lstm'
          ? lstm(x, ...asBlockLstm(x, units, params)).h
          : (tf.stack(cudnnGru(x, units, params).map(({ h }) => h)) as Tensor);
      const last: Tensor = tf.slice(output, [(output.shape[0] as number) - 1, 0, 0], [1, -1, -1]);
      return { output, outputH: last, outputC: tf.zerosLike(last), reserve: tf.zeros([1]) };
    },
    cudnnGradient(mode, x, params, { output }, dOutput) {
      const units = output.shape[2] as number;
      if (mode === 'gru') return cudnnGruGradient(x, units, params, dOutput);
      const [weights, bias] = asBlockLstm(x, units, params);
      const [dx, dWeights, dBias] = lstmGradient(x, weights, bias, lstm(x, weights, bias), dOutput);
      const features = x.shape[2] as number;
      const gatesOf = (tensor: Tensor): Tensor[] => tf.split(tensor, 4, tensor.rank - 1);
      const input = gatesOf(tf.slice(dWeights, [0, 0], [features, -1]));
      const recurrent = gatesOf(tf.slice(dWeights, [features, 0], [-1, -1]));
      return [dx, pack(input, recurrent, gatesOf(dBias), gatesOf(dBias))];
    },
  };
}
