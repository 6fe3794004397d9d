// What a view keeps of the trials that ended: the best rows and the failed trials of lowest index, whichever order they
// come in. Bounded where the view is. Its lists are the view's own, changed in place.
import { buildRow, compareRows, type Direction, type FinishedRow } from './finished-row.js';
import type { FailedTrial, StudyView } from './study-view.js';
import { type LateStop, stopSeed } from './trial/stopped-result.js';
import type { Objective } from './trial/trial.js';

/** Enough to see a pattern, unless all rows are asked for; `show` reads the rest from the log. */
const FAILED_TRIALS_KEPT = 100;

/** A view that is looked at after each event has its rows in order at any time; longer lists are sorted when looked at. */
const LONGEST_BY_INSERTION = 4_096;

/** Hears of what a view may drop to stay small, once each but for points that came twice, in the order of the log. */
export interface EndsListener {
  onRow(row: FinishedRow): void;
  onFailed(failed: FailedTrial): void;
  /** A trial of a row that `onRow` may have had was stopped after its end. */
  onLateStop(stop: LateStop): void;
}

export class KeptEnds {
  readonly rows: FinishedRow[];
  readonly failedTrials: FailedTrial[];
  /** A point that comes a second time (the same trials under other indices) adds nothing. */
  readonly #keys: Set<string>;
  readonly #rowLimit: number;
  /** What came last in a long list waits to be put in order: all at once costs n log n, one by one n². */
  #isUnordered = false;
  #rowsDropped: number;

  constructor(
    { rows, failedTrials, rowLimit, rowsDropped }: StudyView,
    private readonly listener?: EndsListener,
  ) {
    this.rows = [...rows];
    this.failedTrials = [...failedTrials];
    this.#keys = new Set(rows.map(({ key }) => key));
    this.#rowLimit = rowLimit;
    this.#rowsDropped = rowsDropped;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Rows that were dropped for being worse than all that are kept. */
  get rowsDropped(): number {
    return this.#rowsDropped;
  }

  addRow(row: FinishedRow, direction: Direction): void {
    this.listener?.onRow(row);
    this.#keys.add(row.key);
    this.#insert(row, direction);
  }

  #insert(row: FinishedRow, direction: Direction): void {
    if (this.#rowLimit <= LONGEST_BY_INSERTION) {
      insertInOrder(this.rows, row, (left, right) => compareRows(left, right, direction));
      this.#dropRows();
      return;
    }
    this.rows.push(row);
    this.#isUnordered = true;
    if (this.rows.length >= 2 * this.#rowLimit) this.order(direction);
  }

  /** A row that holds the trial changes, and its place with it. */
  stopLate(stop: LateStop, objective: Objective): void {
    this.listener?.onLateStop(stop);
    for (const [place, row] of this.rows.entries()) {
      const seeds = stopSeed(row.seeds, stop, objective);
      if (seeds === null) continue;
      this.rows.splice(place, 1);
      this.#insert(
        buildRow(row.key, row.params, seeds, row.failedTrials, true, objective.metric),
        objective.direction,
      );
      return;
    }
  }

  addFailed(failed: FailedTrial): void {
    this.listener?.onFailed(failed);
    if (!Number.isFinite(this.#rowLimit)) {
      this.failedTrials.push(failed);
      this.#isUnordered = true;
      return;
    }
    insertInOrder(this.failedTrials, failed, byIndex);
    if (this.failedTrials.length > FAILED_TRIALS_KEPT) this.failedTrials.pop();
  }

  /** Puts in order what waits, and keeps the best. */
  order(direction: Direction): void {
    if (!this.#isUnordered) return;
    this.#isUnordered = false;
    this.rows.sort((left, right) => compareRows(left, right, direction));
    this.failedTrials.sort(byIndex);
    this.#dropRows();
  }

  #dropRows(): void {
    while (this.rows.length > this.#rowLimit) {
      this.#keys.delete(this.rows.pop()!.key);
      this.#rowsDropped += 1;
    }
  }
}

function byIndex(left: FailedTrial, right: FailedTrial): number {
  return left.index - right.index;
}

/** Before the first that is not better: O(log n) comparisons, and a move of what stands behind it, so for short lists. */
function insertInOrder<Item>(
  sorted: Item[],
  added: Item,
  compare: (left: Item, right: Item) => number,
): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(sorted[middle]!, added) < 0) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, added);
}
