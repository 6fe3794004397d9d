// Names of activations, those of Keras 2 in this product's spelling.

export const ACTIVATIONS = ['linear', 'relu', 'tanh', 'sigmoid', 'hardSigmoid'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** Those of a dense layer: softmax is over its units, not of each by itself. */
export const DENSE_ACTIVATIONS = [...ACTIVATIONS, 'softmax'] as const;
export type DenseActivation = (typeof DENSE_ACTIVATIONS)[number];

/** The activations of a recurrent layer's candidate and output. */
export const CELL_ACTIVATIONS = ['tanh', 'relu'] as const satisfies readonly Activation[];
export type CellActivation = (typeof CELL_ACTIVATIONS)[number];

/** The activations of a recurrent layer's gates. */
export const RECURRENT_ACTIVATIONS = ['hardSigmoid', 'sigmoid'] as const satisfies readonly Activation[];
export type RecurrentActivation = (typeof RECURRENT_ACTIVATIONS)[number];
