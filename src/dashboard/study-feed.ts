// One study, followed: its log folded into rows that know when they last changed, so that what is news to a page is what
// changed since the version that it has. Nothing waits in a queue for a page that is slow.
import { randomBytes } from 'node:crypto';
import { type Bus, WORKER_GONE_MS, type WorkerInfo } from '../bus/bus.js';
import { type AttendedStudy, measurePace } from '../coordinator/archive/attended-study.js';
import { entryOf, type StudyEntry } from '../coordinator/archive/study-entry.js';
import { PaceMeter } from '../coordinator/archive/study-pace.js';
import { rankView } from '../leaderboard/ranking.js';
import type { LoggedEvent } from '../study/events.js';
import type { FinishedRow } from '../study/finished-row.js';
import { StudyFold } from '../study/fold.js';
import { creationUnreadable, emptyView, hasEnded, type StudyView } from '../study/study-view.js';
import { CurveStore } from './curve-store.js';
import {
  describerOf,
  failedRow,
  finishedRow,
  openRow,
  type RowSetting,
  statusOf,
  type TrialSpan,
} from './study-facts.js';
import { type DashboardRow, encodeRow, type StudyFacts } from './wire.js';

/** Of more, the best are told of, and how many there are besides. */
export const MOST_ROWS = 20_000;
/** Between two looks at who is alive. */
const LOOK_EVERY_MS = 2_000;
/** Without an event for so long, all that was in the log is read. */
const QUIET_MS = 60;
/** The same of a log that has not said yet how its study was created. */
const NOTHING_MS = 3_000;
/** Of a log that takes longer to read a page is shown the beginning meanwhile. */
const PATIENCE_MS = 700;

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
  #repeats = 1;
  #takenAtMs = performance.now();
  #isRead = false;
  /** Something was read since rows and facts were told. */
  #isStale = true;
  readonly #read = settleable();
  #describe: ((view: StudyView) => StudyFacts) | null = null;

  constructor(
    private readonly bus: Bus,
    readonly study: string,
  ) {
    this.#follow().catch((thrown: unknown) => this.#fail(thrown));
  }

  /** Resolves when all that was in the log is folded. Throws what reading it throws. */
  async ready(): Promise<void> {
    await this.#read.promise;
  }

  /** As ready, but of a long log resolves with what was read after a while. */
  async shown(): Promise<void> {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
    await Promise.race([this.#read.promise, patience]);
    if (this.#fold.view.header === null) await this.#read.promise;
  }

  /** All that was in the log at first has been read. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Its line in the list of studies. */
  entry(createdAt: string): StudyEntry {
    this.lookAround().catch(() => {});
    return entryOf(this.study, createdAt, this.#attended());
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
    this.#read.resolve();
  }

  /** The version that a page has, of what it gave as the id of its last event; null: of another feed, or none. */
  readVersion(id: string | undefined): number | null {
    const [instance, version] = (id ?? '').split('-');
    return instance === this.#instance && /^\d{1,15}$/.test(version ?? '') ? Number(version) : null;
  }

  /** What a page that has `since` (null: nothing) lacks, as JSON of StudyNews and its id; null: nothing. */
  newsSince(
    since: number | null,
    statusBefore: string | null,
  ): { id: string; text: string; status: string } | null {
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

  /** Ends when the feed is closed. */
  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    const watch = setInterval(() => {
      const quietMs = this.#fold.view.header === null ? NOTHING_MS : QUIET_MS;
      if (performance.now() - this.#takenAtMs > quietMs) this.#settleReading(watch);
    }, QUIET_MS / 2);
    try {
      for await (const logged of this.bus.events(this.study, { follow: true, signal })) {
        this.#take(logged);
        this.#takenAtMs = performance.now();
        for (const listener of this.#listeners) listener();
      }
    } finally {
      clearInterval(watch);
    }
  }

  /** Nothing has come for a moment: all that was in the log was read. */
  #settleReading(watch: NodeJS.Timeout): void {
    clearInterval(watch);
    const { header, setAside } = this.#fold.view;
    this.#isRead = true;
    for (const listener of this.#listeners) listener();
    if (header === null) this.#read.reject(creationUnreadable(this.study, setAside.records));
    else this.lookAround().then(this.#read.resolve, this.#read.reject);
  }

  #fail(thrown: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#failure = thrown;
    this.#read.reject(thrown);
    for (const listener of this.#listeners) listener();
  }

  #take(logged: LoggedEvent): void {
    this.#isStale = true;
    if (!this.#fold.apply(logged)) return;
    this.#meter.observe(logged);
    this.curves.observe(logged);
    const { event } = logged;
    // Looking at the view puts its rows in order: not for each event.
    if (event.type === 'study.created') this.#repeats = this.#fold.view.header?.repeats ?? 1;
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
    return Math.floor(index / this.#repeats);
  }

  /** Brings rows, facts and status up to the view. */
  #settle(): void {
    if (this.#isStale) this.#settleFacts();
    const attended = this.#attended();
    const pace = measurePace(this.bus, attended, this.#live);
    this.#status = JSON.stringify({ ...statusOf(attended, pace, this.#live), isReading: !this.#isRead });
  }

  #settleFacts(): void {
    this.#isStale = false;
    const { view } = this.#fold;
    const next = this.#version + 1;
    let isNews = this.#settleRows(view, next);
    this.#describe ??= describerOf(view, this.#paramNames);
    const facts = JSON.stringify(this.#describe(view));
    if (facts !== this.#facts.text) {
      this.#facts = { text: facts, version: next };
      isNews = true;
    }
    if (isNews) this.#version = next;
  }

  #attended(): AttendedStudy {
    const { view } = this.#fold;
    return {
      view,
      meter: this.#meter,
      coordinator: this.#coordinator,
      isAbandoned:
        this.#isRead && !hasEnded(view.state) && view.state !== 'interrupted' && this.#coordinator === null,
      nowMs: this.#nowMs,
    };
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
      const setting = {
        point,
        paramNames: this.#paramNames,
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
}

function tiedTrials(view: StudyView): ReadonlySet<string> {
  if (view.confidenceSet === null) return new Set();
  return new Set(rankView(view).flatMap(({ tied, row }) => (tied ? [row.trial] : [])));
}

interface Settleable {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
}

function settleable(): Settleable {
  let resolve = (): void => {};
  let reject = (_: unknown): void => {};
  const promise = new Promise<void>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
