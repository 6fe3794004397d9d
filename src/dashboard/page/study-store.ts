// What the page knows of one study: its rows by rank, which of them pass the filter and the brushes, which are chosen. Views
// listen; nothing is asked of the server twice.
import { type Condition, holds, parseConditions } from '../../leaderboard/condition.js';
import type { ParamValue } from '../../study/trial/trial.js';
import { type DashboardRow, decodeRow, type StudyFacts, type StudyNews, type StudyStatus } from '../wire.js';
import { objectiveAxis, type PlotAxis, paramAxes } from './plots/axis.js';

export type Change = 'rows' | 'visible' | 'chosen' | 'status';
/** Ends of a brush on an axis, in shares. */
export type Brush = readonly [low: number, high: number];

const STATE_ORDER = { COMPLETE: 0, PRUNED: 1, RUNNING: 2, FAILED: 3, PENDING: 4 } as const;

export class StudyStore {
  facts: StudyFacts | null = null;
  status: StudyStatus | null = null;
  /** By rank, then those without a result. */
  rows: readonly DashboardRow[] = [];
  /** Of them those that pass the filter and all brushes. */
  visible: readonly DashboardRow[] = [];
  axes: readonly PlotAxis[] = [];
  readonly brushes = new Map<string, Brush>();
  readonly chosen = new Set<number>();
  filterText = '';
  filterFault: string | null = null;
  /** By place: 1 where the row is visible. */
  #mask = new Uint8Array();
  readonly #places = new Map<number, number>();
  /** Rows that have a rank: they stand in the order of their ranks, some that have none between them. */
  #ranks = new Uint32Array();
  ranked = 0;
  readonly #byPoint = new Map<number, DashboardRow>();
  readonly #listeners = new Map<Change, Set<() => void>>();
  /** By axis the share of each row, in the order of `rows`. */
  #shares: readonly Float32Array[] = [];

  on(changes: readonly Change[], listener: () => void): void {
    for (const change of changes) {
      const known = this.#listeners.get(change) ?? new Set();
      known.add(listener);
      this.#listeners.set(change, known);
    }
  }

  take(news: StudyNews): void {
    this.status = news.status;
    if (news.isWhole) this.#byPoint.clear();
    if (news.facts !== undefined) this.facts = news.facts;
    for (const encoded of news.rows) {
      const row = decodeRow(encoded);
      this.#byPoint.set(row.point, row);
    }
    for (const point of news.removed) this.#byPoint.delete(point);
    const isNews =
      news.isWhole || news.facts !== undefined || news.rows.length > 0 || news.removed.length > 0;
    if (isNews) {
      this.#rank();
      this.#select();
      this.#tell('rows');
    }
    this.#tell('status');
  }

  rankOf(row: DashboardRow): number | null {
    return this.#ranks[this.placeOf(row)] || null;
  }

  /** In `rows`; -1: it is no row any more. */
  placeOf({ point }: DashboardRow): number {
    return this.#places.get(point) ?? -1;
  }

  isVisible(row: DashboardRow): boolean {
    return this.#mask[this.placeOf(row)] === 1;
  }

  isVisibleAt(place: number): boolean {
    return this.#mask[place] === 1;
  }

  rowOfTrial(trial: string): DashboardRow | undefined {
    return this.rows.find((row) => row.trial === trial);
  }

  get isFiltered(): boolean {
    return this.visible.length < this.rows.length;
  }

  /** Shares of the rows on an axis, in the order of `rows`. */
  sharesOf(axis: PlotAxis): Float32Array {
    return this.#shares[this.axes.indexOf(axis)] ?? new Float32Array();
  }

  filter(text: string): void {
    this.filterText = text;
    this.#select();
    this.#tell('visible');
  }

  /** null: takes it away. */
  brush(axis: string, ends: Brush | null): void {
    if (ends === null) this.brushes.delete(axis);
    else this.brushes.set(axis, ends);
    this.#select();
    this.#tell('visible');
  }

  clearBrushes(): void {
    this.brushes.clear();
    this.filterText = '';
    this.#select();
    this.#tell('visible');
  }

  choose({ point }: DashboardRow, isChosen: boolean): void {
    if (isChosen) this.chosen.add(point);
    else this.chosen.delete(point);
    this.#tell('chosen');
  }

  clearChosen(): void {
    this.chosen.clear();
    this.#tell('chosen');
  }

  #rank(): void {
    const sign = this.facts?.direction === 'maximize' ? -1 : 1;
    this.rows = [...this.#byPoint.values()].sort(
      (left, right) =>
        STATE_ORDER[left.state] - STATE_ORDER[right.state] ||
        sign * ((left.objective ?? 0) - (right.objective ?? 0)) ||
        (left.objective === null ? left.index - right.index : left.trial < right.trial ? -1 : 1),
    );
    this.#places.clear();
    this.#ranks = new Uint32Array(this.rows.length);
    this.ranked = 0;
    for (const [place, { point, objective }] of this.rows.entries()) {
      this.#places.set(point, place);
      if (objective !== null) this.#ranks[place] = ++this.ranked;
    }
    if (this.facts === null) return;
    this.axes = [...paramAxes(this.facts), objectiveAxis(this.facts, this.rows)];
    this.#shares = this.axes.map((axis) => Float32Array.from(this.rows, (row) => axis.shareOf(row)));
  }

  #select(): void {
    const matches = this.#matcher();
    const tests = this.axes.flatMap((axis, at) => {
      const ends = this.brushes.get(axis.name);
      return ends === undefined ? [] : [{ shares: this.#shares[at]!, low: ends[0], high: ends[1] }];
    });
    const mask = new Uint8Array(this.rows.length).fill(1);
    for (const { shares, low, high } of tests)
      for (let place = 0; place < mask.length; place++)
        if (!(shares[place]! >= low && shares[place]! <= high)) mask[place] = 0;
    if (matches !== null)
      for (const [place, row] of this.rows.entries()) if (mask[place] === 1 && !matches(row)) mask[place] = 0;
    this.#mask = mask;
    this.visible = mask.includes(0) ? this.rows.filter((_, place) => mask[place] === 1) : this.rows;
  }

  /** Conditions as `--filter` takes them, or a text that stands somewhere in a row. */
  #matcher(): ((row: DashboardRow) => boolean) | null {
    this.filterFault = null;
    const text = this.filterText.trim();
    if (text === '') return null;
    if (!/[=<>]/.test(text)) {
      const wanted = text.toLowerCase();
      return (row) =>
        [row.trial, row.state, row.worker ?? '', row.error ?? '', ...row.params.map(String)].some((one) =>
          one.toLowerCase().includes(wanted),
        );
    }
    try {
      const conditions = parseConditions(text).map(
        (condition) => [condition, this.#fieldOf(condition)] as const,
      );
      return (row) => conditions.every(([condition, read]) => holds(condition, read(row)));
    } catch {
      this.filterFault = `Write name, = != < <= > >=, value: units=32, ${this.facts?.metric ?? 'objective'}<0.3. Names: ${this.#names().join(', ')}`;
      return null;
    }
  }

  #names(): string[] {
    return [
      ...(this.facts?.paramNames ?? []),
      ...(this.facts?.metricNames ?? []),
      'objective',
      'state',
      'epochs',
      'durationMs',
      'parameters',
      'worker',
      'rank',
    ];
  }

  #fieldOf(condition: Condition): (row: DashboardRow) => ParamValue {
    const { field } = condition;
    const param = this.facts?.paramNames.indexOf(field) ?? -1;
    if (param >= 0) return (row) => row.params[param] ?? null;
    const measured = this.facts?.metricNames.indexOf(field.replace(/^metrics\./, '')) ?? -1;
    if (measured >= 0) return (row) => row.metrics[measured] ?? null;
    const scale = this.facts?.unitScale ?? 1;
    if (field === 'objective' || field === this.facts?.metric)
      return (row) => (row.objective === null ? null : row.objective * scale);
    if (field === 'rank') return (row) => this.rankOf(row);
    if (field === 'state') {
      const upper = condition.value.toUpperCase();
      return (row) => (row.state === upper ? condition.value : row.state);
    }
    if (!['epochs', 'durationMs', 'parameters', 'worker', 'trial', 'cached', 'attempts'].includes(field))
      throw new RangeError(field);
    return (row) => row[field as keyof DashboardRow] as ParamValue;
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners.get(change) ?? []) listener();
  }
}
