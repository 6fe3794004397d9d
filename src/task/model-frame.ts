// What stands around a model's layers for those who use it outside of sweep: what goes in and what comes out.

/** What a model is given by those who use it: the raw values of columns, or token ids. */
export type ModelInput = { readonly name: string; readonly about: string } & (
  | {
      readonly kind: 'columns';
      /** A layer is fed (value − mean) / std, 0 for a held one. */
      readonly columns: readonly { readonly mean: number; readonly std: number; readonly held?: true }[];
    }
  | { readonly kind: 'tokens' }
);

/** What a model says to them: the last layer's answer times `std`, plus `mean`. */
export interface ModelOutput {
  readonly name: string;
  readonly about: string;
  readonly mean: number;
  readonly std: number;
}
