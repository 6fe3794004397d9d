// One study, followed: its log folded into rows that know when they last changed, so that what is news to a page is what
// changed since the version that it has. Nothing waits in a queue for a page that is slow.
import { randomBytes } from 'node:crypto';
import { type Bus, WORKER_GONE_MS, type WorkerInfo } from '../bus/bus.js';
import { measurePace } from '../coordinator/archive/attended-study.js';
import { PaceMeter } from '../coordinator/archive/study-pace.js';
import { rankView } from '../leaderboard/ranking.js';
import type { LoggedEvent } from '../study/events.js';
import type { FinishedRow } from '../study/finished-row.js';
import { StudyFold } from '../study/fold.js';
import { creationUnreadable, emptyView, hasEnded, type StudyView } from '../study/study-view.js';
import { CurveStore } from './curve-store.js';
import { factsOf, failedRow, finishedRow, openRow, type RowSetting, statusOf, type TrialSpan } from './study-facts.js';
import { type DashboardRow, encodeRow } from './wire.js';

/** Of more, the best are told of, and how many there are besides. */
export const MOST_ROWS = 20_000;
/** Between two looks at who is alive. */
const LOOK_EVERY_MS = 2_000;

interface VersionedRow {
  /** Encoded. null: it is no row any more. */
  readonly text: string | null;
  readonly version: number;
}

export class StudyFeed {
  readonly curves = new CurveStore();
  /** Tells the versions of this feed from those of one before it. */
  readonly #instance = randomBytes(4).toString('hex');
  readonly #fold = new StudyFold(emptyView(MOST_ROWS));
  readonly #meter = new PaceMeter();
  readonly #rows = new Map<number, VersionedRow>();
  readonly #spans = new Map<number, TrialSpan>();
  readonly #paramNames: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  /** Points that something was said of since the rows were last looked at; null: all. */
  #touched: Set<number> | null = null;
  #version = 0;
  #facts = { text: '', version: 0 };
  #status = '';
  #live: readonly WorkerInfo[] = [];
  #coordinator: string | null = null;
  #nowMs: number | null = null;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #failure: unknown = null;
  readonly #ready: Promise<void>;

  constructor(
    private readonly bus: Bus,
    readonly study: string,
  ) {
    this.#ready = this.#catchUp();
    this.#ready.then(() => this.#follow()).catch((thrown: unknown) => this.#fail(thrown));
  }

  /** Resolves when all that was in the log is folded. Throws what reading it throws. */
  async ready(): Promise<void> {
    await this.#ready;
  }

  get view(): StudyView {
    return this.#fold.view;
  }

  /** Why it stopped to follow; null: it has not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Called when something may be news. */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  close(): void {
    this.#closing.abort();
  }

  /** The version that a page has, of what it gave as the id of its last event; null: of another feed, or none. */
  readVersion(id: string | undefined): number | null {
    const [instance, version] = (id ?? '').split('-');
    return instance === this.#instance && /^\d{1,15}$/.test(version ?? '') ? Number(version) : null;
  }

  /** What a page that has `since` (null: nothing) lacks, as JSON of StudyNews and its id; null: nothing. */
  newsSince(since: number | null, statusBefore: string | null): { id: string; text: string; status: string } | null {
    this.#settle();
    const isWhole = since === null || since > this.#version;
    const from = isWhole ? 0 : since;
    if (!isWhole && from === this.#version && statusBefore === this.#status) return null;
    const rows: string[] = [];
    const removed: number[] = [];
    for (const [point, { text, version }] of this.#rows) {
      if (version <= from) continue;
      if (text !== null) rows.push(text);
      else if (!isWhole) removed.push(point);
    }
    const id = `${this.#instance}-${this.#version}`;
    const facts = this.#facts.version > from ? `,"facts":${this.#facts.text}` : '';
    const text = `{"version":"${id}","isWhole":${isWhole},"status":${this.#status}${facts},"rows":[${rows.join(',')}],"removed":[${removed.join(',')}]}`;
    return { id, text, status: this.#status };
  }

  /** Looks at who is alive, unless that was done just now. */
  async lookAround(): Promise<void> {
    const now = performance.now();
    if (now - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = now;
    const { state } = this.#fold.view;
    const isOpen = !hasEnded(state) && state !== 'interrupted';
    this.#coordinator = isOpen ? await this.bus.readLeaseHolder(this.study) : null;
    this.#nowMs = this.#coordinator === null ? null : await this.bus.readClock();
    const live = (await this.bus.workers()).filter(({ lastSeenMs }) => lastSeenMs < WORKER_GONE_MS);
    this.#live = live.filter(({ worker }) => this.bus.hasRemoteWorkers || worker === this.#coordinator);
  }

  async #catchUp(): Promise<void> {
    for await (const logged of this.bus.events(this.study, { signal: this.#closing.signal })) this.#take(logged);
    if (this.#fold.view.header === null)
      throw creationUnreadable(this.study, this.#fold.view.setAside.records);
    await this.lookAround();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    const options = { from: this.#fold.view.lastSeq + 1, follow: true, signal };
    for await (const logged of this.bus.events(this.study, options)) {
      this.#take(logged);
      for (const listener of this.#listeners) listener();
    }
  }

  #fail(thrown: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#failure = thrown;
    for (const listener of this.#listeners) listener();
  }

  #take(logged: LoggedEvent): void {
    if (!this.#fold.apply(logged)) return;
    this.#meter.observe(logged);
    this.curves.observe(logged);
    const { event } = logged;
    // Ties are found among all rows.
    if (event.type === 'study.tested') this.#touched = null;
    if (!('index' in event)) return;
    this.#touched?.add(this.#pointOf(event.index));
    const atMs = Date.parse(logged.at);
    const span = this.#spans.get(event.index);
    if (event.type === 'trial.started')
      this.#spans.set(event.index, { startedMs: span?.startedMs ?? atMs, endedMs: null });
    const hasEndedNow = event.type === 'trial.finished' || event.type === 'trial.failed';
    if (hasEndedNow && span !== undefined && span.endedMs === null)
      this.#spans.set(event.index, { ...span, endedMs: atMs });
  }

  #pointOf(index: number): number {
    return Math.floor(index / (this.#fold.view.header?.repeats ?? 1));
  }

  /** Brings rows, facts and status up to the view. */
  #settle(): void {
    const { view } = this.#fold;
    const next = this.#version + 1;
    let isNews = this.#settleRows(view, next);
    const facts = JSON.stringify(factsOf(view, this.#paramNames));
    if (facts !== this.#facts.text) {
      this.#facts = { text: facts, version: next };
      isNews = true;
    }
    if (isNews) this.#version = next;
    const attended = {
      view,
      meter: this.#meter,
      coordinator: this.#coordinator,
      isAbandoned: !hasEnded(view.state) && view.state !== 'interrupted' && this.#coordinator === null,
      nowMs: this.#nowMs,
    };
    this.#status = JSON.stringify(statusOf(attended, measurePace(this.bus, attended, this.#live), this.#live));
  }

  #settleRows(view: StudyView, next: number): boolean {
    const touched = this.#touched;
    if (touched?.size === 0) return false;
    this.#touched = new Set();
    let isNews = false;
    const seen = new Set<number>();
    const put = (point: number, make: (setting: RowSetting) => DashboardRow): void => {
      if (seen.has(point) || touched?.has(point) === false) return;
      seen.add(point);
      const setting = { point, paramNames: this.#paramNames, spanOf: (index: number) => this.#spans.get(index) };
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
}

function tiedTrials(view: StudyView): ReadonlySet<string> {
  if (view.confidenceSet === null) return new Set();
  return new Set(rankView(view).flatMap(({ tied, row }) => (tied ? [row.trial] : [])));
}
