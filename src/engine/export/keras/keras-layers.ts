// A model as the layers of Keras 3: their configs, and the weights of each in Keras' order. Keras 3's hard sigmoid is
// max(0, min(1, x/6 + 0.5)), that of Keras 2 and of ours max(0, min(1, x/5 + 0.5)): weights in front of it are 6/5 of ours.
import { kerasLayer, type LayerConfig } from '../../../model/keras-form.js';
import type { Shape } from '../../../model/layer-shape.js';
import { type LayerSpec, rowOf } from '../../../model/layer-spec.js';
import { type Cell, gatesOf } from '../../../model/layers/cell.js';
import type { NamedTensor } from '../../engine.js';
import { outputShapeOf } from '../../layer-inputs.js';

export interface KerasVariable {
  /** Of the layer itself '', of a bidirectional one's cell `forward_layer/cell` and so on. */
  readonly part: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface KerasLayer extends LayerConfig {
  /** In the order in which Keras numbers them within each part. */
  readonly variables: readonly KerasVariable[];
}

/** As a model within another has it. */
interface NestedLayer extends LayerConfig {
  readonly name: string;
  readonly inbound_nodes: readonly unknown[];
}

const STEEPER = 6 / 5;

export function describeKerasLayers(
  layers: readonly LayerSpec[],
  sample: Shape,
  weights: readonly NamedTensor[],
): KerasLayer[] {
  let input = sample;
  return layers.flatMap((spec, index) => {
    const prefix = `${index}.${spec.type}/`;
    const own = weights
      .filter(({ name }) => name.startsWith(prefix))
      .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
    const { describe, fixedWeights } = rowOf(spec).keras;
    const described = describe(spec, `layer_${index}`, input);
    const fixed = (fixedWeights?.(spec, input) ?? []).map((weight) => ({ ...weight, part: '' }));
    input = outputShapeOf(spec, input, index);
    return described.map((layer, at) => ({
      ...withoutInitializers(layer),
      variables: at < described.length - 1 ? [] : [...variablesOf(spec, own, layer), ...fixed],
    }));
  });
}

/** Weights are loaded over what initialisers make, and their names are those of Keras 2. */
function withoutInitializers({ class_name, config }: LayerConfig): LayerConfig {
  const { name, layer, layers, batch_input_shape, ...rest } = config;
  const kept = Object.fromEntries(Object.entries(rest).filter(([field]) => !field.endsWith('_initializer')));
  if (layers !== undefined) {
    const nested = (layers as readonly NestedLayer[]).map((inner) => ({
      ...nest(withoutInitializers(inner)),
      name: inner.name,
      inbound_nodes: inner.inbound_nodes,
    }));
    // Ends that are a list, of one even, would make what leaves the model a list.
    const [input_layers, output_layers] = [config.input_layers, config.output_layers].map(
      (ends) => (ends as readonly unknown[])[0],
    );
    return kerasLayer(class_name, String(name), { ...kept, layers: nested, input_layers, output_layers });
  }
  if (batch_input_shape !== undefined) kept.batch_shape = batch_input_shape;
  if (layer === undefined) return kerasLayer(class_name, String(name), kept);
  const forward = withoutInitializers(layer as LayerConfig);
  // Said, as Keras' own choice is to go backwards whichever way the first goes.
  const backward = kerasLayer(forward.class_name, `${String(forward.config.name)}_back`, {
    ...forward.config,
    name: `${String(forward.config.name)}_back`,
    go_backwards: forward.config.go_backwards !== true,
  });
  return kerasLayer(class_name, String(name), {
    ...kept,
    layer: nest(forward),
    backward_layer: nest(backward),
  });
}

/** As Keras 3 writes a layer within another or in a list. */
export function nest({ class_name, config }: LayerConfig): object {
  const module = class_name === 'Functional' ? 'keras.src.models.functional' : 'keras.layers';
  return { module, class_name, config, registered_name: class_name === 'Functional' ? class_name : null };
}

function variablesOf(
  spec: LayerSpec,
  weights: readonly NamedTensor[],
  described?: LayerConfig,
): KerasVariable[] {
  if (described?.class_name === 'Functional') return nestedVariables(spec, weights, described);
  switch (spec.type) {
    case 'gru':
    case 'lstm':
      return cellVariables(spec, 'cell', weights);
    case 'bidirectional':
      return ['forward', 'backward'].flatMap((way) =>
        cellVariables(
          spec.layer,
          `${way}_layer/cell`,
          weights
            .filter(({ name }) => name.startsWith(`${way}/`))
            .map((tensor) => ({ ...tensor, name: tensor.name.slice(way.length + 1) })),
        ),
      );
    default: {
      const isHard = 'activation' in spec && spec.activation === 'hardSigmoid';
      return weights.map(({ shape, values }) => ({
        part: '',
        shape,
        values: isHard ? values.map((value) => value * STEEPER) : values,
      }));
    }
  }
}

/** Of a model within the model: its layers have parts of their own, numbered by class as Keras does. */
function nestedVariables(
  spec: LayerSpec,
  weights: readonly NamedTensor[],
  { config }: LayerConfig,
): KerasVariable[] {
  const name = String(config.name);
  const pathOf = (weight: string): string => rowOf(spec).keras.weightPath?.(weight, name) ?? weight;
  const parts = nameByClass(config.layers as readonly NestedLayer[]);
  return (config.layers as readonly NestedLayer[]).flatMap((inner, at) => {
    const own = weights.filter((weight) => pathOf(weight.name).startsWith(`${inner.name}/`));
    return innerVariables(spec, own).map((variable) => ({
      ...variable,
      part: ['layers', parts[at], variable.part].filter((part) => part !== '').join('/'),
    }));
  });
}

/** `weights`: all of one layer inside `spec`. */
function innerVariables(spec: LayerSpec, weights: readonly NamedTensor[]): KerasVariable[] {
  const [first] = weights;
  const inside =
    spec.type === 'residual' && first !== undefined ? spec.layers[Number.parseInt(first.name, 10)] : null;
  if (!inside) return weights.map(({ shape, values }) => ({ part: '', shape, values }));
  return variablesOf(
    inside,
    weights.map((tensor) => ({ ...tensor, name: tensor.name.slice(tensor.name.indexOf('/') + 1) })),
  );
}

/** Where Keras 3 looks for each layer of a list: `conv1d`, `conv1d_1`. */
export function nameByClass(layers: readonly LayerConfig[]): string[] {
  const used = new Map<string, number>();
  return layers.map(({ class_name }) => {
    const name = snakeCase(class_name);
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}

/** `MaxPooling1D` to `max_pooling1d`, `GRU` to `gru`: as Keras does. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** With reset after Keras has both biases in one, `[2, gates·U]`. */
function cellVariables(cell: Cell, part: string, weights: readonly NamedTensor[]): KerasVariable[] {
  const columns = gatesOf(cell) * cell.units;
  const scaled = weights.map(({ name, shape, values }) => ({
    name,
    part,
    shape,
    values:
      cell.recurrentActivation === 'hardSigmoid'
        ? values.map((value, at) => (isCandidate((at % columns) / cell.units) ? value : value * STEEPER))
        : values,
  }));
  const [kernel, recurrentKernel, bias, recurrentBias] = scaled;
  if (recurrentBias === undefined) return scaled;
  const both = Float32Array.from([...bias!.values, ...recurrentBias.values]);
  return [kernel!, recurrentKernel!, { part, shape: [2, columns], values: both }];
}

/** Whether the gate (z r h; i f c o) holds the candidate, which takes the other activation. */
function isCandidate(gate: number): boolean {
  return Math.floor(gate) === 2;
}
