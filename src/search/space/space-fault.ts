// What keeps a sampler from a space, as a fact: whoever reads the sweep file says where it is written.

export interface SpaceFault {
  /** Within the space. */
  readonly path: readonly (string | number)[];
  /** The rule, after the name of the place. */
  readonly message: string;
  readonly hint: string;
}
