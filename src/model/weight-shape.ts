// The weights of a layer as data: Keras' names and shapes, penalties, and how their initial values are drawn. The engine
// room draws them (engine/initializers.ts).

export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly limit: number }
  | { readonly kind: 'glorotUniform'; readonly fanIn: number; readonly fanOut: number }
  | { readonly kind: 'orthogonal' }
  /** 0 but for the second of four gates, which is 1 (Jozefowicz et al. 2015). */
  | { readonly kind: 'unitForgetBias' };

export interface WeightShape {
  readonly shape: readonly number[];
  /** L2 penalty λ: adds λ·Σw² to the loss. */
  readonly l2: number;
  readonly initial: Initializer;
}

/** By name, in Keras' order: the order of the table is the order of checkpoints and of random streams. */
export type WeightShapes = Readonly<Record<string, WeightShape>>;

export function constantWeight(count: number, value: number): WeightShape {
  return { shape: [count], l2: 0, initial: { kind: 'constant', value } };
}

/** A kernel whose first axes are what flows in; fans as Keras counts them. */
export function glorotWeight(shape: readonly number[], l2: number): WeightShape {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  const taps = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  return { shape, l2, initial: { kind: 'glorotUniform', fanIn: taps * inputs, fanOut: taps * outputs } };
}
