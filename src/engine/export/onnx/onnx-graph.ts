// A graph of ONNX operators while it grows: nodes, and the constants that they read. Data alone (onnx-file.ts writes it).

export const ELEMENT_TYPES = { float: 1, int64: 7, double: 11 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | BigInt64Array;
}

/** Plain numbers are integers, as most attributes are. */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** The name of a value in the graph. */
export type Value = string;

export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];

  /** Appends an operator and returns its output: its `place`th one (0-based), called `output` where that is given. */
  add(
    operator: string,
    inputs: readonly Value[],
    attributes: Attributes = {},
    { output, place = 0 }: { readonly output?: string; readonly place?: number } = {},
  ): Value {
    const name = `${operator}_${this.nodes.length}`;
    const value = output ?? `${name}_out`;
    // Outputs before the one that is wanted stay unnamed: nobody reads them.
    const outputs = [...Array<string>(place).fill(''), value];
    this.nodes.push({ name, operator, inputs, outputs, attributes });
    return value;
  }

  floats(shape: readonly number[], values: ArrayLike<number>): Value {
    return this.constant({ type: 'float', shape, values: Float32Array.from(values) });
  }

  doubles(shape: readonly number[], values: ArrayLike<number>): Value {
    return this.constant({ type: 'double', shape, values: Float64Array.from(values) });
  }

  integers(values: readonly number[]): Value {
    return this.constant({
      type: 'int64',
      shape: [values.length],
      values: BigInt64Array.from(values, BigInt),
    });
  }

  private constant(tensor: Omit<OnnxTensor, 'name'>): Value {
    const name = `constant_${this.constants.length}`;
    this.constants.push({ ...tensor, name });
    return name;
  }
}
