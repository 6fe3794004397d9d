// The bytes of an ONNX model: the messages of onnx.proto3 that a graph needs, with their published field numbers
// (github.com/onnx/onnx, onnx/onnx.proto3), encoded by protobufjs.
import protobuf from 'protobufjs';
import { type AttributeValue, ELEMENT_TYPES, type ElementType, type OnnxGraph } from './onnx-graph.js';

/** Opset 17 is the first with LayerNormalization; version 8 of the format came with it. */
const OPSET = 17;
const IR_VERSION = 8;

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ type, id, rule: 'repeated' as const });

const SCHEMA = {
  Attribute: {
    fields: {
      name: one('string', 1),
      f: one('float', 2),
      i: one('int64', 3),
      s: one('bytes', 4),
      floats: many('float', 7),
      ints: many('int64', 8),
      strings: many('bytes', 9),
      type: one('int32', 20),
    },
  },
  Node: {
    fields: {
      input: many('string', 1),
      output: many('string', 2),
      name: one('string', 3),
      opType: one('string', 4),
      attribute: many('Attribute', 5),
    },
  },
  Tensor: {
    fields: {
      dims: many('int64', 1),
      dataType: one('int32', 2),
      name: one('string', 8),
      rawData: one('bytes', 9),
    },
  },
  Dimension: { fields: { dimValue: one('int64', 1), dimParam: one('string', 2) } },
  TensorShape: { fields: { dim: many('Dimension', 1) } },
  TensorType: { fields: { elemType: one('int32', 1), shape: one('TensorShape', 2) } },
  Type: { fields: { tensorType: one('TensorType', 1) } },
  ValueInfo: { fields: { name: one('string', 1), type: one('Type', 2), docString: one('string', 3) } },
  Graph: {
    fields: {
      node: many('Node', 1),
      name: one('string', 2),
      initializer: many('Tensor', 5),
      input: many('ValueInfo', 11),
      output: many('ValueInfo', 12),
    },
  },
  OperatorSet: { fields: { domain: one('string', 1), version: one('int64', 2) } },
  Property: { fields: { key: one('string', 1), value: one('string', 2) } },
  Model: {
    fields: {
      irVersion: one('int64', 1),
      producerName: one('string', 2),
      producerVersion: one('string', 3),
      docString: one('string', 6),
      graph: one('Graph', 7),
      opsetImport: many('OperatorSet', 8),
      metadataProps: many('Property', 14),
    },
  },
};

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A string names a dimension of any size. */
  readonly shape: readonly (number | string)[];
  readonly about: string;
}

export interface OnnxModel {
  readonly graph: OnnxGraph;
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  readonly about: string;
  /** Program and version. */
  readonly writtenBy: string;
  /** Shown by viewers, and read as the model's custom metadata. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Little-endian, as the format has it and as the machines are that this runs on. */
export function encodeOnnx({ graph, input, output, about, writtenBy, properties }: OnnxModel): Uint8Array {
  const Model = protobuf.Root.fromJSON({ nested: SCHEMA }).lookupType('Model');
  const [producerName = '', producerVersion = ''] = writtenBy.split(' ');
  const message = Model.fromObject({
    irVersion: IR_VERSION,
    producerName,
    producerVersion,
    docString: about,
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(properties).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'sweep',
      node: graph.nodes.map(({ name, operator, inputs, outputs, attributes }) => ({
        name,
        opType: operator,
        input: inputs,
        output: outputs,
        attribute: Object.entries(attributes).map(([key, value]) => ({ name: key, ...describe(value) })),
      })),
      initializer: graph.constants.map(({ name, type, shape, values }) => ({
        name,
        dims: shape,
        dataType: ELEMENT_TYPES[type],
        rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      })),
      input: [describeValue(input)],
      output: [describeValue(output)],
    },
  });
  return Model.encode(message).finish();
}

function describeValue({ name, type, shape, about }: OnnxValue): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, docString: about, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } };
}

/** AttributeProto.type: FLOAT 1, INT 2, STRING 3, FLOATS 6, INTS 7, STRINGS 8. */
function describe(value: AttributeValue): object {
  if (typeof value === 'number') return { i: value, type: 2 };
  if (typeof value === 'string') return { s: Buffer.from(value), type: 3 };
  if ('float' in value) return { f: value.float, type: 1 };
  if ('floats' in value) return { floats: value.floats, type: 6 };
  return value.every((one) => typeof one === 'number')
    ? { ints: value, type: 7 }
    : { strings: value.map((one) => Buffer.from(String(one))), type: 8 };
}
