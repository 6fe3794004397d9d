// The rows of a study as the page is told of them, each with the version in which it last changed.
import { rankView } from '../leaderboard/ranking.js';
import type { LoggedEvent } from '../study/events.js';
import type { FinishedRow } from '../study/finished-row.js';
import type { StudyView } from '../study/study-view.js';
import { failedRow, finishedRow, openRow, type RowSetting, type TrialSpan } from './study-facts.js';
import { type DashboardRow, encodeRow } from './wire.js';

interface VersionedRow {
  /** Encoded. null: it is no row any more. */
  readonly text: string | null;
  readonly version: number;
}

export class RowVersions {
  /** Only ever grows at its end. */
  readonly paramNames: string[] = [];
  readonly metricNames: string[] = [];
  readonly #rows = new Map<number, VersionedRow>();
  readonly #spans = new Map<number, TrialSpan>();
  /** Points that something was said of since the rows were last settled; null: all. */
  #touched: Set<number> | null = null;
  #repeats = 1;

  /** An event that the fold took. */
  observe({ event, at }: LoggedEvent, repeats: number): void {
    this.#repeats = repeats;
    // Ties are found among all rows.
    if (event.type === 'study.tested') this.#touched = null;
    if (!('index' in event)) return;
    this.#touched?.add(this.#pointOf(event.index));
    const atMs = Date.parse(at);
    const span = this.#spans.get(event.index);
    if (event.type === 'trial.started')
      this.#spans.set(event.index, { startedMs: span?.startedMs ?? atMs, endedMs: null });
    const hasEndedNow = event.type === 'trial.finished' || event.type === 'trial.failed';
    if (hasEndedNow && span !== undefined && span.endedMs === null)
      this.#spans.set(event.index, { ...span, endedMs: atMs });
  }

  /** Encoded rows that changed after a version, and points that are rows no more. */
  changedAfter(version: number): { readonly rows: string[]; readonly removed: number[] } {
    const rows: string[] = [];
    const removed: number[] = [];
    for (const [point, known] of this.#rows) {
      if (known.version <= version) continue;
      if (known.text === null) removed.push(point);
      else rows.push(known.text);
    }
    return { rows, removed };
  }

  /** Brings them up to the view; what changed gets the version `next`. False: nothing did. */
  settle(view: StudyView, next: number): boolean {
    const touched = this.#touched;
    if (touched?.size === 0) return false;
    this.#touched = new Set();
    let isNews = false;
    const seen = new Set<number>();
    const put = (point: number, make: (setting: RowSetting) => DashboardRow): void => {
      if (seen.has(point) || touched?.has(point) === false) return;
      seen.add(point);
      const setting = {
        point,
        paramNames: this.paramNames,
        metricNames: this.metricNames,
        metric: view.header?.metric ?? null,
        isProgram: view.header?.dataset == null,
        also: view.header?.also ?? null,
        spanOf: (index: number) => this.#spans.get(index),
      };
      const text = JSON.stringify(encodeRow(make(setting)));
      if (this.#rows.get(point)?.text === text) return;
      this.#rows.set(point, { text, version: next });
      isNews = true;
    };
    const tied = tiedTrials(view);
    const takeRow = (row: FinishedRow): void => {
      const first = row.seeds[0];
      if (first !== undefined)
        put(this.#pointOf(first.index), (setting) => finishedRow(row, tied.has(row.trial), setting));
    };
    for (const row of view.rows) takeRow(row);
    for (const row of view.partialRows.values()) if (row.seeds.length > 0) takeRow(row as FinishedRow);
    for (const open of view.open.values())
      put(this.#pointOf(open.index), (setting) => openRow(open, view.header?.metric ?? null, setting));
    for (const failed of view.failedTrials)
      put(this.#pointOf(failed.index), (setting) => failedRow(failed, setting));
    for (const point of touched ?? this.#rows.keys()) {
      const known = this.#rows.get(point);
      if (seen.has(point) || known === undefined || known.text === null) continue;
      this.#rows.set(point, { text: null, version: next });
      isNews = true;
    }
    return isNews;
  }

  #pointOf(index: number): number {
    return Math.floor(index / this.#repeats);
  }
}

function tiedTrials(view: StudyView): ReadonlySet<string> {
  if (view.confidenceSet === null) return new Set();
  return new Set(rankView(view).flatMap(({ tied, row }) => (tied ? [row.trial] : [])));
}
