// GRU and LSTM layers: weights, dropout masks, direction and what is returned; the arithmetic is recurrent-sequence.ts.
import type { GruLayer, LstmLayer } from '../../../model/layer-spec.js';
import { cellWeights, gatesOf } from '../../../model/layers/cell.js';
import type { StepPosition } from '../../engine.js';
import { type LayerOutput, shapeOf } from '../../layer-inputs.js';
import { placeWeights } from '../../layer-weights.js';
import { recurrentStride } from '../../panels.js';
import { fusedSequence } from '../fused-check.js';
import type { LayerContext, LayerShape, TfjsLayer } from '../layer.js';
import { plainSequence, type RecurrentTensors } from '../recurrent-sequence.js';
import type { Tensor } from '../tensors.js';
import type { MaskPlan } from './dropout-masks.js';

const INPUT_MASK_PURPOSE = 0;
const HIDDEN_MASK_PURPOSE = 1;

/** What tells the two directions of a bidirectional layer apart; a layer by itself is the first of one. */
export interface RecurrentPlace {
  /** Prefix of the weights' names. */
  readonly name: string;
  /** The first of the layer's four purposes for random numbers that the masks take: 0 or 2. */
  readonly firstPurpose: number;
}

export function createRecurrentLayer(
  spec: GruLayer | LstmLayer,
  input: LayerShape,
  shape: LayerOutput,
  context: LayerContext,
  place: RecurrentPlace = { name: context.name, firstPurpose: 0 },
): TfjsLayer {
  const { tf, masks, fused, key, index } = context;
  const { units, returnSequences, goBackwards } = spec;
  const gates = gatesOf(spec);
  const stride = recurrentStride(units);
  const list = placeWeights(cellWeights(spec, shapeOf(input)), {
    name: place.name,
    firstWeight: context.nextWeight,
    key,
  });
  const weights: RecurrentTensors = {
    kernel: context.addWeight(list.kernel),
    recurrentKernel: context.addWeight(list.recurrentKernel),
    bias: context.addWeight(list.bias),
    recurrentBias: list.recurrentBias ? context.addWeight(list.recurrentBias) : null,
  };
  const planMask = (rate: number, features: number, maskStride: number, purpose: number): MaskPlan | null =>
    rate === 0
      ? null
      : masks.plan(index, {
          outer: gates,
          features,
          stride: maskStride,
          rate,
          purpose: place.firstPurpose + purpose,
        });
  const inputMask = planMask(spec.dropout, input.features, input.maskStride, INPUT_MASK_PURPOSE);
  const hiddenMask = planMask(spec.recurrentDropout, units, stride, HIDDEN_MASK_PURPOSE);
  const runSequence = (fused && fusedSequence(tf, fused, spec)) ?? plainSequence(tf, spec);

  const drawMask = (plan: MaskPlan | null, rows: number, at: StepPosition | null): Tensor[] | null =>
    plan === null || at === null
      ? null
      : tf.unstack(tf.tensor3d(masks.draw(plan, rows, at), [gates, rows, plan.features]));

  return {
    output: { ...shape, maskStride: stride },
    forward(x, at) {
      const rows = x.shape[0] as number;
      const states = runSequence(goBackwards ? tf.reverse(x, 1) : x, weights, {
        input: drawMask(inputMask, rows, at)?.map((mask) => tf.expandDims(mask, 1)) ?? null,
        hidden: drawMask(hiddenMask, rows, at),
      });
      return returnSequences ? tf.stack(states, 1) : (states.at(-1) as Tensor);
    },
  };
}
