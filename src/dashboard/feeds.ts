// The studies that pages look at, each followed once, and let go of when nobody has looked for a while.
import type { Bus } from '../bus/bus.js';
import { SweepError } from '../errors.js';
import { StudyFeed } from './study-feed.js';

const IDLE_MS = 120_000;
const MOST_FEEDS = 8;

export class Feeds {
  readonly #feeds = new Map<string, { readonly feed: StudyFeed; usedAtMs: number }>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(private readonly bus: Bus) {
    this.#sweeper = setInterval(() => this.#letGo(), IDLE_MS / 4);
    this.#sweeper.unref();
  }

  /** Folded up to now, or of a long log as far as it was read after a while. Throws STUDY_NOT_FOUND, and what reading its log throws. */
  async open(study: string): Promise<StudyFeed> {
    const known = this.#feeds.get(study);
    if (known !== undefined && known.feed.failure === null) {
      known.usedAtMs = performance.now();
      await known.feed.shown();
      return known.feed;
    }
    if (!(await this.bus.listStudies()).some((record) => record.study === study)) {
      throw new SweepError('STUDY_NOT_FOUND', `there is no study ${JSON.stringify(study)}`, {
        hint: 'it may have been removed: the list has those that there are',
      });
    }
    // Two pages that ask at once are given the same one.
    const others = this.#feeds.get(study);
    const feed =
      others !== undefined && others.feed.failure === null ? others.feed : new StudyFeed(this.bus, study);
    this.#feeds.set(study, { feed, usedAtMs: performance.now() });
    this.#letGo();
    try {
      await feed.shown();
    } catch (thrown) {
      if (this.#feeds.get(study)?.feed === feed) this.#feeds.delete(study);
      feed.close();
      throw thrown;
    }
    return feed;
  }

  /** One that is followed already, and has been read; it stays so. */
  peek(study: string): StudyFeed | null {
    const known = this.#feeds.get(study);
    if (known === undefined || !known.feed.isRead || known.feed.failure !== null) return null;
    known.usedAtMs = performance.now();
    return known.feed;
  }

  close(): void {
    clearInterval(this.#sweeper);
    for (const { feed } of this.#feeds.values()) feed.close();
    this.#feeds.clear();
  }

  #letGo(): void {
    const unseen = [...this.#feeds]
      .filter(([, { feed }]) => feed.listeners === 0)
      .sort(([, left], [, right]) => left.usedAtMs - right.usedAtMs);
    let surplus = this.#feeds.size - MOST_FEEDS;
    for (const [study, { feed, usedAtMs }] of unseen) {
      const isIdle = performance.now() - usedAtMs > IDLE_MS;
      if (!isIdle && surplus <= 0) continue;
      surplus -= 1;
      feed.close();
      this.#feeds.delete(study);
    }
  }
}
