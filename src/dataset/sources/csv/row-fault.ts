// What is wrong in a row, before it is known where that row stands: lines are looked for when they are needed.
import type { SweepError } from '../../../errors.js';
import type { TablePlace } from '../table/table.js';

export class RowFault extends Error {
  /** `row`: of the table, from 0. */
  constructor(
    readonly row: number,
    readonly toError: (place: TablePlace) => SweepError,
  ) {
    super(`a fault in row ${row}`);
  }
}
