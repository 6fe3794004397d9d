// Keras 2's optimisers written out in double precision, from its sources' formulas: the reference for ten steps.
import type { NamedTensor } from '../../../src/engine/engine.js';
import type { OptimizerSpec } from '../../../src/model/optimizer.js';

type Move = (weights: readonly Float64Array[], gradients: readonly ArrayLike<number>[]) => void;

/** One step in place on every call; the slots are held inside. */
export function kerasOptimizer(
  spec: OptimizerSpec,
  learningRate: number,
  like: readonly NamedTensor[],
): Move {
  const first = like.map(({ values }) => new Float64Array(values.length));
  const second = like.map(({ values }) => new Float64Array(values.length));
  let iteration = 0;
  return (weights, gradients) => {
    iteration++;
    weights.forEach((values, at) => {
      const slots = { first: first[at] as Float64Array, second: second[at] as Float64Array };
      for (let i = 0; i < values.length; i++) {
        const gradient = gradients[at]?.[i] as number;
        values[i] = (values[i] as number) + change(spec, learningRate, iteration, gradient, slots, i);
      }
    });
  };
}

function change(
  spec: OptimizerSpec,
  learningRate: number,
  iteration: number,
  gradient: number,
  { first, second }: { first: Float64Array; second: Float64Array },
  i: number,
): number {
  switch (spec.type) {
    case 'sgd': {
      const velocity = spec.momentum * (first[i] as number) - learningRate * gradient;
      first[i] = velocity;
      return velocity;
    }
    case 'rmsprop': {
      const mean = spec.rho * (first[i] as number) + (1 - spec.rho) * gradient ** 2;
      first[i] = mean;
      return (-learningRate * gradient) / (Math.sqrt(mean) + spec.epsilon);
    }
    case 'adam': {
      const m = spec.beta1 * (first[i] as number) + (1 - spec.beta1) * gradient;
      const v = spec.beta2 * (second[i] as number) + (1 - spec.beta2) * gradient ** 2;
      first[i] = m;
      second[i] = v;
      const rate = (learningRate * Math.sqrt(1 - spec.beta2 ** iteration)) / (1 - spec.beta1 ** iteration);
      return (-rate * m) / (Math.sqrt(v) + spec.epsilon);
    }
  }
}
