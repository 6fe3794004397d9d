// What stands around a model's layers for those who use it outside of sweep: what goes in and what comes out.
import type { WindowFrame } from '../study/trial/trial.js';
import type { ReferencePlace } from '../study/trial/window-reference.js';

/** What a model is given by those who use it: the raw values of columns, or token ids. */
export type ModelInput = { readonly name: string; readonly about: string } & (
  | {
      readonly kind: 'columns';
      /** A layer is fed (value − mean) / std, 0 for a held one. */
      readonly columns: readonly { readonly mean: number; readonly std: number; readonly held?: true }[];
      /** What each window's columns, but those that are `apart`, are told from after that; absent: nothing. */
      readonly normalise?: { readonly by: WindowFrame; readonly apart: readonly number[] };
    }
  | { readonly kind: 'tokens' }
);

/** What a model says to them: the last layer's answer times `std`, plus `mean`; of several columns each value by its own. */
export interface ModelOutput {
  readonly name: string;
  readonly about: string;
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
  /**
   * Before that: each value of an answer is told from a column of the window (its value at a time step, or its mean), and
   * where `isScaled` per its deviation in the window; those of one column after those of the other. Absent: they are levels.
   */
  readonly from?: {
    readonly columns: readonly number[];
    /** One a value of each column. */
    readonly places: readonly ReferencePlace[];
    readonly isScaled: boolean;
  };
}
