// A study that another process runs, followed: its log folded as it grows, and every so often a look at who acts on it.
import { type Bus, WORKER_GONE_MS, type WorkerInfo } from '../../bus/bus.js';
import { PaceMeter, servingWorkers } from '../../coordinator/archive/study-pace.js';
import type { LoggedEvent } from '../../study/events.js';
import { StudyFold } from '../../study/fold.js';
import { creationUnreadable, hasEnded, type StudyView } from '../../study/study-view.js';
import type { Attendance, LiveSource } from '../terminal/live/live-state.js';
import { StudyTrace } from '../terminal/live/study-trace.js';

/** Between two looks at who is alive. */
const LOOK_EVERY_MS = 2_000;
/** Without an event for so long, all that was in the log is read. */
const QUIET_MS = 150;
/** Of a study that nobody seems to run: a coordinator may be on its way from one process to another. */
const LOOKS_UNTIL_ABANDONED = 2;

export interface FollowerWatch {
  /** An event that came after the log had been read. */
  onNews?(logged: LoggedEvent, view: StudyView): void;
  /** All that there was is read, or someone took it up or let go of it. */
  onLook?(): void;
}

export class StudyFollower {
  readonly #fold = new StudyFold();
  readonly #meter = new PaceMeter();
  readonly #trace = new StudyTrace();
  readonly #closing = new AbortController();
  #workers: readonly WorkerInfo[] = [];
  #coordinator: string | null = null;
  #looksWithout = 0;
  #clock: { readonly logMs: number; readonly ownMs: number } | null = null;
  #isRead = false;
  /** What was written since it looks on is met. */
  #isNews = false;
  /** When it began to look on, by the clock of the log: what comes later is news, however much of it there is. */
  #beganMs = Number.POSITIVE_INFINITY;
  #takenAtMs = performance.now();

  constructor(
    private readonly bus: Bus,
    readonly study: string,
    private readonly watch: FollowerWatch = {},
  ) {}

  get view(): StudyView {
    return this.#fold.view;
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  /** It ended, or goes on only when someone resumes it. */
  get isOver(): boolean {
    const { state } = this.view;
    return this.#isRead && (hasEnded(state) || state === 'interrupted' || this.attendance === 'nobody');
  }

  get attendance(): Attendance {
    if (!this.#isRead) return 'reading';
    if (this.#coordinator !== null) return 'elsewhere';
    return this.#looksWithout >= LOOKS_UNTIL_ABANDONED ? 'nobody' : 'elsewhere';
  }

  source(): LiveSource {
    const { view } = this;
    const nowMs =
      this.#clock === null || this.#coordinator === null
        ? null
        : this.#clock.logMs + performance.now() - this.#clock.ownMs;
    const live = servingWorkers(this.#workers, view.coordinator, this.bus.hasRemoteWorkers);
    const { etaMs, trialsPerMinute } = this.#meter.measure(view, live, nowMs);
    return {
      view,
      attendance: this.attendance,
      work: { etaMs, trialsPerMinute, durationMs: this.#meter.durationMs(view, nowMs) },
      workers: live,
      failures: this.#trace.failures,
      curveOf: (trial) => this.#trace.curveOf(trial),
    };
  }

  /** Until it is closed. Throws EVENT_LOG_CORRUPT, and what the bus throws. */
  async follow(): Promise<void> {
    const { signal } = this.#closing;
    this.#beganMs = await this.bus.readClock();
    const failed = new Promise<never>((_, reject) => {
      const looking = setInterval(() => this.#look().catch(reject), LOOK_EVERY_MS);
      const reading = setInterval(() => {
        const isQuiet = performance.now() - this.#takenAtMs >= QUIET_MS;
        if (!isQuiet && !this.#isNews) return;
        clearInterval(reading);
        this.#settle().catch(reject);
      }, QUIET_MS);
      signal.addEventListener('abort', () => {
        clearInterval(looking);
        clearInterval(reading);
      });
    });
    const read = async (): Promise<void> => {
      for await (const logged of this.bus.events(this.study, { follow: true, signal })) this.#take(logged);
    };
    await Promise.race([read(), failed]).finally(() => this.close());
  }

  close(): void {
    this.#closing.abort();
  }

  #take(logged: LoggedEvent): void {
    this.#takenAtMs = performance.now();
    this.#isNews ||= Date.parse(logged.at) >= this.#beganMs;
    if (!this.#fold.apply(logged)) return;
    this.#meter.observe(logged);
    this.#trace.observe(logged);
    if (this.#isRead) this.watch.onNews?.(logged, this.#fold.view);
  }

  async #settle(): Promise<void> {
    const { header, setAside } = this.view;
    if (header === null) throw creationUnreadable(this.study, setAside.records);
    await this.#look();
    this.#isRead = true;
    this.watch.onLook?.();
  }

  async #look(): Promise<void> {
    const { state } = this.view;
    const isOpen = !hasEnded(state) && state !== 'interrupted';
    this.#coordinator = isOpen ? await this.bus.readLeaseHolder(this.study) : null;
    this.#looksWithout = isOpen && this.#coordinator === null ? this.#looksWithout + 1 : 0;
    this.#clock = isOpen ? { logMs: await this.bus.readClock(), ownMs: performance.now() } : null;
    this.#workers = (await this.bus.workers()).filter(({ lastSeenMs }) => lastSeenMs < WORKER_GONE_MS);
    if (this.#isRead) this.watch.onLook?.();
  }
}
