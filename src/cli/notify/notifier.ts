// Tells addresses and commands what happens in a study while it runs: one notice at a time, of new bests only the newest. A
// notice that nobody takes is a warning: it never holds up a study, nor ends one.
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../../log.js';
import type { StudyView } from '../../study/study-view.js';
import { type Notice, NoticeFinder, noticeOfEnd } from './notice.js';

/** How long a study that is over waits for what is still to be told. */
const LAST_WAIT_MS = 45_000;

/** Where notices go; each returns why it failed. */
export type NoticeTarget = {
  readonly name: string;
  readonly tell: (notice: Notice) => Promise<string | null>;
};

export class Notifier {
  readonly #finder = new NoticeFinder();
  #waiting: Notice[] = [];
  #delivery: Promise<void> | null = null;

  constructor(
    private readonly targets: readonly NoticeTarget[],
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** `isReplay`: the event is of an earlier run. */
  onEvent(view: StudyView, isReplay: boolean): void {
    if (this.targets.length === 0) return;
    if (isReplay) this.#finder.catchUp(view);
    else this.#tell(this.#finder.find(view));
  }

  /** The run is over: tells its end and waits until that is told, for a while. */
  async end(view: StudyView): Promise<void> {
    if (this.targets.length === 0) return;
    this.#tell(noticeOfEnd(view));
    await Promise.race([this.#delivery, wait(LAST_WAIT_MS, undefined, { ref: false })]);
  }

  #tell(notice: Notice | null): void {
    if (notice === null) return;
    this.#waiting = [...this.#waiting.filter(({ kind }) => kind !== notice.kind), notice];
    this.#delivery ??= this.#deliver();
  }

  async #deliver(): Promise<void> {
    for (let notice = this.#waiting.shift(); notice !== undefined; notice = this.#waiting.shift()) {
      const about = notice;
      await Promise.all(
        this.targets.map(async ({ name, tell }) => {
          const failure = await tell(about);
          if (failure !== null) this.logger.warn(`${name} was not told of "${about.kind}": ${failure}`);
        }),
      );
    }
    this.#delivery = null;
  }
}
