// Bidirectional: two recurrent layers over the same input, the second in the other direction, and how their answers
// become one (Schuster & Paliwal 1997, as in Keras 2). The recurrent layers' kernels do the work.
import type { BidirectionalLayer } from '../../../model/layer-spec.js';
import { type LayerOutput, outputOf } from '../../layer-inputs.js';
import { panelsOf } from '../../panels.js';
import {
  type LayerContext,
  stepBytes,
  TILE_ROWS,
  type TileTensor,
  tileValues,
  type WasmLayer,
} from '../layer.js';
import { createRecurrentLayer } from './recurrent-layer.js';

export function createBidirectionalLayer(
  spec: BidirectionalLayer,
  input: TileTensor,
  shape: LayerOutput,
  context: LayerContext,
): WasmLayer {
  const { arena, index, name } = context;
  const { kernels } = arena;
  const { layer: cell, merge } = spec;
  const { units } = cell;
  // Each direction overwrites the input gradient it is given: the second gets one of its own, which is added after.
  const secondGradient = input.gradient === 0 ? 0 : arena.allocate(4 * tileValues(input));
  const cellShape = outputOf(cell, input, index);
  const first = createRecurrentLayer(cell, input, cellShape, context, {
    name: `${name}/forward`,
    firstPurpose: 0,
  });
  const second = createRecurrentLayer(
    { ...cell, goBackwards: !cell.goBackwards },
    { ...input, gradient: secondGradient },
    cellShape,
    context,
    { name: `${name}/backward`, firstPurpose: 2 },
  );
  const direction = first.output;
  const directionValues = tileValues(direction);
  const directionRows = direction.steps * TILE_ROWS;
  // The second's answers, and their gradients, in the order of time; a last state has no order.
  const turns = cell.returnSequences;
  const inOrder = turns ? arena.allocate(4 * directionValues) : second.output.address;
  const inOrderGradient = turns ? arena.allocate(4 * directionValues) : second.output.gradient;
  const stride = panelsOf(shape.features) * 32;
  const output: TileTensor = {
    ...shape,
    address: arena.allocate(directionRows * stride),
    gradient: arena.allocate(directionRows * stride),
    stride,
  };
  const turn = (from: number, to: number): void => {
    if (turns) kernels.reverseTime(from, to, direction.steps, stepBytes(direction));
  };
  /** Copies `units` columns of each row. */
  const copyColumns = (from: number, fromStride: number, to: number, toStride: number): void =>
    kernels.flattenTile(from, 0, fromStride, to, toStride, 1, directionRows, units);

  return {
    output,
    attach() {
      first.attach();
      second.attach();
    },
    prepare(training) {
      first.prepare(training);
      second.prepare(training);
    },
    forward(tile, at) {
      first.forward(tile, at);
      second.forward(tile, at);
      turn(second.output.address, inOrder);
      switch (merge) {
        case 'concat':
          copyColumns(direction.address, direction.stride, output.address, stride);
          copyColumns(inOrder, direction.stride, output.address + 4 * units, stride);
          return;
        case 'mul':
          kernels.multiply(direction.address, inOrder, output.address, directionValues);
          return;
        case 'sum':
        case 'ave':
          kernels.addScaled(
            direction.address,
            inOrder,
            merge === 'sum' ? 1 : 0.5,
            output.address,
            directionValues,
          );
      }
    },
    backward() {
      switch (merge) {
        case 'concat':
          copyColumns(output.gradient, stride, direction.gradient, direction.stride);
          copyColumns(output.gradient + 4 * units, stride, inOrderGradient, direction.stride);
          break;
        case 'mul':
          kernels.multiply(output.gradient, inOrder, direction.gradient, directionValues);
          kernels.multiply(output.gradient, direction.address, inOrderGradient, directionValues);
          break;
        case 'sum':
        case 'ave': {
          const factor = merge === 'sum' ? 1 : 0.5;
          kernels.scale(output.gradient, factor, direction.gradient, directionValues);
          kernels.scale(output.gradient, factor, inOrderGradient, directionValues);
        }
      }
      turn(inOrderGradient, second.output.gradient);
      first.backward();
      second.backward();
      if (secondGradient !== 0) kernels.addInto(secondGradient, input.gradient, tileValues(input));
    },
  };
}
