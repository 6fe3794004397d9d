// One study, followed: its log folded into rows that know when they last changed, so that what is news to a page is what
// changed since the version that it has. Nothing waits in a queue for a page that is slow.
import { randomBytes } from 'node:crypto';
import { type Bus, WORKER_GONE_MS, type WorkerInfo } from '../bus/bus.js';
import { type AttendedStudy, measurePace } from '../coordinator/archive/attended-study.js';
import { entryOf, type StudyEntry } from '../coordinator/archive/study-entry.js';
import { PaceMeter } from '../coordinator/archive/study-pace.js';
import type { LoggedEvent } from '../study/events.js';
import { StudyFold } from '../study/fold.js';
import { creationUnreadable, emptyView, hasEnded, type StudyView } from '../study/study-view.js';
import { CurveStore } from './curve-store.js';
import { RowVersions } from './row-versions.js';
import { settleable } from './settleable.js';
import { describerOf, statusOf } from './study-facts.js';
import type { StudyFacts } from './wire.js';

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

export class StudyFeed {
  readonly curves = new CurveStore();
  /** Tells the versions of this feed from those of one before it. */
  readonly #instance = randomBytes(4).toString('hex');
  readonly #fold = new StudyFold(emptyView(MOST_ROWS));
  readonly #meter = new PaceMeter();
  readonly #rows = new RowVersions();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
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
    const { rows, removed } = this.#rows.changedAfter(from);
    const id = `${this.#instance}-${this.#version}`;
    const facts = this.#facts.version > from ? `,"facts":${this.#facts.text}` : '';
    const text = `{"version":"${id}","isWhole":${isWhole},"status":${this.#status}${facts},"rows":[${rows.join(',')}],"removed":[${isWhole ? '' : removed.join(',')}]}`;
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
    // Rows are encoded before the first page asks for them. What cannot be told is what the page is told.
    try {
      if (header !== null) this.#settle();
    } catch (thrown) {
      this.#fail(thrown);
      return;
    }
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
    this.#rows.observe(logged, this.#repeats);
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
    let isNews = this.#rows.settle(view, next);
    this.#describe ??= describerOf(view, this.#rows);
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
}
