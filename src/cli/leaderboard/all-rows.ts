// All rows of a study for what is printed whole (CSV, JSON), however many: a view keeps the best thousand, this the rest
// on the disk (spilled-sort.ts). Filled by a fold, then read in the order of the ranks as often as wanted.
import type { BoardSource, SortRows } from '../../leaderboard/filter.js';
import { type BoardRow, listBoard, paramsOf, rankSorted } from '../../leaderboard/ranking.js';
import { paramNames } from '../../leaderboard/row-fields.js';
import { buildRow, compareRows, type FinishedRow, type SeedResult } from '../../study/finished-row.js';
import { objectiveOf } from '../../study/fold.js';
import type { EndsListener } from '../../study/kept-ends.js';
import type { FailedTrial, StudyHeader, StudyView } from '../../study/study-view.js';
import { type LateStop, stopSeed } from '../../study/trial/stopped-result.js';
import type { Params } from '../../study/trial/trial.js';
import { SpilledSort, type SpilledSortOptions } from './spilled-sort.js';

/** How the temporary files are cut and where they lie; default as SpilledSort's. */
export type SpillOptions = Pick<SpilledSortOptions<never>, 'heldAtOnce' | 'directory'>;

export class AllRows implements EndsListener {
  private readonly failed: SpilledSort<FailedTrial>;
  /** Which parameters rows have: all the same ones, but for variants of a model. */
  private readonly names = new Set<string>();
  private readonly sorts: { close(): void }[] = [];
  private rows: SpilledSort<FinishedRow> | null = null;

  /** Stops that were decided after the trials' ends, by index. */
  private readonly lateStops = new Map<number, LateStop>();

  /** `headerOf`: of the study, known with its first event. */
  constructor(
    private readonly headerOf: () => StudyHeader | null,
    private readonly spill: SpillOptions = {},
  ) {
    this.failed = this.open<FailedTrial>({
      // By trial first: one that stands under several indices is listed once, under its lowest.
      compare: (left, right) => compareText(left.trial, right.trial) || left.index - right.index,
      toJson: (failed) => failed,
      fromJson: (json) => json as FailedTrial,
    });
  }

  onRow(row: FinishedRow): void {
    this.note(row.params);
    this.rowsInOrder().add(row);
  }

  onFailed(failed: FailedTrial): void {
    this.note(failed.params);
    this.failed.add(failed);
  }

  onLateStop(stop: LateStop): void {
    this.lateStops.set(stop.index, stop);
  }

  /** What the log of `view` holds, once all of it was folded. */
  finish(view: StudyView): BoardSource<BoardRow> {
    for (const row of view.partialRows.values()) if (row.seeds.length > 0) this.onRow(row as FinishedRow);
    this.obeyLateStops();
    const rows = this.rowsInOrder();
    const failed = this.failedByIndex();
    function* inOrder(): Generator<BoardRow> {
      yield* rankSorted(rows.sorted(), view.confidenceSet);
      for (const each of failed.sorted()) yield { rank: null, failed: each };
    }
    const all: Iterable<BoardRow> = { [Symbol.iterator]: inOrder };
    return { rows: all, best: listBoard(view), params: this.paramsOf(all) };
  }

  /** For another order than by rank. */
  readonly sortRows: SortRows<BoardRow> = (rows, compare) => {
    const sort = this.open<BoardRow>({
      compare,
      toJson: boardRowToJson,
      fromJson: (json) => this.boardRowFromJson(json),
    });
    for (const row of rows) sort.add(row);
    return { [Symbol.iterator]: () => sort.sorted() };
  };

  close(): void {
    for (const sort of this.sorts) sort.close();
  }

  private rowsInOrder(): SpilledSort<FinishedRow> {
    const direction = this.headerOf()?.direction ?? 'minimize';
    this.rows ??= this.open<FinishedRow>({
      compare: (left, right) => compareRows(left, right, direction),
      toJson: rowToJson,
      fromJson: (json) => this.rowFromJson(json),
    });
    return this.rows;
  }

  /** Sorts anew, as a trial that was stopped in hindsight has another place. */
  private obeyLateStops(): void {
    const objective = objectiveOf(this.headerOf());
    if (this.lateStops.size === 0 || objective === null) return;
    const before = this.rowsInOrder();
    this.rows = null;
    for (const row of before.sorted()) {
      let { seeds } = row;
      for (const { index } of seeds) {
        const stop = this.lateStops.get(index);
        if (stop !== undefined) seeds = stopSeed(seeds, stop, objective) ?? seeds;
      }
      this.rowsInOrder().add(seeds === row.seeds ? row : this.rowFromJson({ ...rowToJson(row), seeds }));
    }
  }

  private failedByIndex(): SpilledSort<FailedTrial> {
    const byIndex = this.open<FailedTrial>({
      compare: (left, right) => left.index - right.index,
      toJson: (failed) => failed,
      fromJson: (json) => json as FailedTrial,
    });
    let before: string | null = null;
    for (const failed of this.failed.sorted()) {
      if (failed.trial !== before) byIndex.add(failed);
      before = failed.trial;
    }
    return byIndex;
  }

  private note(params: Params): void {
    this.names.add(JSON.stringify(Object.keys(params)));
  }

  /** In the order in which the rows name them. */
  private paramsOf(rows: Iterable<BoardRow>): string[] {
    const [names, ...others] = this.names;
    if (others.length === 0) return names === undefined ? [] : (JSON.parse(names) as string[]);
    return paramNames(withParams(rows));
  }

  private rowFromJson(json: unknown): FinishedRow {
    const { key, params, seeds, failedTrials, isSettled } = json as StoredRow;
    return buildRow(key, params, seeds, failedTrials, isSettled, this.headerOf()?.metric);
  }

  private boardRowFromJson(json: unknown): BoardRow {
    const stored = json as BoardRow & { readonly row: unknown };
    return stored.rank === null ? stored : { ...stored, row: this.rowFromJson(stored.row) };
  }

  private open<Item>(options: SpilledSortOptions<Item>): SpilledSort<Item> {
    const sort = new SpilledSort<Item>({ ...options, ...this.spill });
    this.sorts.push(sort);
    return sort;
  }
}

function* withParams(rows: Iterable<BoardRow>): Generator<{ readonly params: Params }> {
  for (const row of rows) yield { params: paramsOf(row) };
}

/** What a row's seeds do not tell: it is built again from them, to the last digit. */
interface StoredRow {
  readonly key: string;
  readonly params: Params;
  readonly seeds: readonly SeedResult[];
  readonly failedTrials: readonly string[];
  readonly isSettled: boolean;
}

function rowToJson({ key, params, seeds, failedTrials, state }: FinishedRow): StoredRow {
  return { key, params, seeds, failedTrials, isSettled: state !== 'RUNNING' };
}

function boardRowToJson(row: BoardRow): unknown {
  return row.rank === null ? row : { ...row, row: rowToJson(row.row) };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
