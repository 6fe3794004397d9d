// Columns of a matrix are processed eight at a time, in panels.

/** ceil(units / 8) */
export function panelsOf(units: number): number {
  return Math.ceil(units / 8);
}
