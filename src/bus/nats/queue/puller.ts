// Pulls trials for the free slots of one worker: one request to a consumer asks for as many as there are slots waiting, so
// nothing is delivered that nobody is ready to take, and many slots cost one round trip.
//
// Waiter:   polite (only if it prefers GPU trials) ─▶ asking (for each requirement in turn, for what is there) ─▶ waiting ─▶ settled
//           settled with a message, or with null when its time is over or its signal aborts
// Request:  open ─▶ over (all delivered; the server said so by a status; the connection broke; its time is over)
// A message that comes when no waiter is left for it is given back at once.
// One subscription a requirement for all requests of a connection: each new one costs every publisher its routing cache.
import { setMaxListeners } from 'node:events';
import { createInbox, type Msg, type NatsConnection, type Subscription } from 'nats';
import { asSweepError, type SweepError } from '../../../errors.js';
import type { Requirement } from '../../../study/trial/trial.js';
import type { PullOptions } from '../../bus.js';
import { consumerName, REQUIREMENTS, TRIALS_STREAM } from '../../subjects.js';
import { inboxPrefixOf, type NatsRole } from '../connection/connection.js';
import { translateNatsError } from '../connection/nats-errors.js';

interface Waiter {
  readonly requirements: readonly Requirement[];
  readonly expiresAtMs: number;
  stage: 'polite' | 'asking' | 'waiting';
  settle(message: Msg | null): void;
  fail(error: SweepError): void;
}

interface Inbox {
  readonly prefix: string;
  readonly subscription: Subscription;
}

interface PullRequest {
  readonly requirement: Requirement;
  /** Where its status comes. A message comes with its own subject: the server fills the oldest request first. */
  readonly replySubject: string;
  remaining: number;
  readonly endsAtMs: number;
  readonly onEnd: (() => void) | null;
}

const NANOS_PER_MS = 1_000_000;
/** How long after its time a request of which nothing was heard counts as over. */
const GRACE_MS = 1_000;
/** A request for what is there is answered at once, or the answer is lost. */
const POLITE_LIMIT_MS = 2_000;
/** After the server refused a pull: soon enough when it starts, seldom enough when it is broken. */
const RETRY_MS = 250;
/** Where more pulls wait than the server holds, each further refusal doubles the pause, up to this. */
const LONGEST_RETRY_MS = 8_000;
const TOO_MANY_PULLS = /MaxWaiting/i;

export class TrialPuller {
  private readonly waiters = new Set<Waiter>();
  /** The oldest first. */
  private readonly requests = new Set<PullRequest>();
  private readonly inboxes = new Map<Requirement, Inbox>();
  private requestCount = 0;
  private isAskPlanned = false;
  /** Why pulling is pointless; looked at again with every pull. */
  private gone: SweepError | null = null;
  /** Refusals in a row for too many pulls; the pause they brought is over at `crowdedUntilMs`. */
  private crowdedTimes = 0;
  private crowdedUntilMs = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly connection: NatsConnection,
    private readonly role: NatsRole,
    /** Throws when no patience can help: the stream is gone. */
    private readonly assertServed: () => Promise<void>,
    /** Told once when the server holds no more pulls. */
    private readonly onCrowded: () => void = () => {},
  ) {
    this.timer = setInterval(() => this.ask(), GRACE_MS).unref();
  }

  pull({ requirements, expiresMs, signal }: PullOptions): Promise<Msg | null> {
    if (signal?.aborted) return Promise.resolve(null);
    // One listener a slot, removed when its pull ends: many slots are no leak.
    if (signal !== undefined) setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        this.waiters.delete(waiter);
      };
      const waiter: Waiter = {
        requirements,
        expiresAtMs: performance.now() + expiresMs,
        // To a node without a GPU, trials for any node and for its kind are alike: asking in turn costs it two more requests.
        stage: requirements.length > 1 && requirements[0] === 'gpu' ? 'polite' : 'waiting',
        settle: (message) => {
          finish();
          resolve(message);
        },
        fail: (error) => {
          finish();
          reject(error);
        },
      };
      const giveUp = () => waiter.settle(null);
      const timer = setTimeout(giveUp, expiresMs);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.waiters.add(waiter);
      if (this.gone === null) this.planAsk();
      else void this.verify();
    });
  }

  /** Requests do not survive a connection; what the server still sends to the old inboxes is for nobody. */
  forgetRequests(): void {
    for (const { subscription } of this.inboxes.values()) subscription.unsubscribe();
    this.inboxes.clear();
    for (const request of [...this.requests]) this.end(request);
    void this.verify();
  }

  /** The server told us that we may not pull. */
  refuse(error: SweepError): void {
    for (const waiter of [...this.waiters]) waiter.fail(error);
  }

  close(): void {
    clearInterval(this.timer);
    for (const waiter of [...this.waiters]) waiter.settle(null);
    this.requests.clear();
  }

  /** Once for all slots that become free in the same turn. */
  private planAsk(): void {
    if (this.isAskPlanned || this.waiters.size === 0) return;
    this.isAskPlanned = true;
    setImmediate(() => {
      this.isAskPlanned = false;
      this.ask();
    });
  }

  private ask(): void {
    const nowMs = performance.now();
    for (const request of this.requests) {
      if (nowMs <= request.endsAtMs + GRACE_MS) continue;
      this.end(request);
      // The server tells when a request is over, unless there is no such consumer: then it says nothing.
      void this.verify();
    }
    if (this.gone !== null || this.waiters.size === 0 || nowMs < this.crowdedUntilMs) return;
    const polite = [...this.waiters].filter((waiter) => waiter.stage === 'polite');
    for (const group of groupByRequirements(polite)) {
      for (const waiter of group) waiter.stage = 'asking';
      void this.askInTurn(group);
    }
    this.askAndWait();
  }

  /** What is there now, in the order of preference; then the slots left wait for all of it. */
  private async askInTurn(group: readonly Waiter[]): Promise<void> {
    for (const requirement of group[0]?.requirements ?? []) {
      const batch = group.filter((waiter) => this.waiters.has(waiter)).length;
      if (batch === 0) return;
      await new Promise<void>((resolve) => this.request(requirement, batch, null, resolve));
    }
    for (const waiter of group) waiter.stage = 'waiting';
    this.planAsk();
  }

  private askAndWait(): void {
    const nowMs = performance.now();
    const wanted = new Map<Requirement, { slots: number; untilMs: number }>();
    for (const waiter of this.waiters) {
      if (waiter.stage !== 'waiting') continue;
      for (const requirement of waiter.requirements) {
        const entry = wanted.get(requirement) ?? { slots: 0, untilMs: 0 };
        entry.slots += 1;
        entry.untilMs = Math.max(entry.untilMs, waiter.expiresAtMs);
        wanted.set(requirement, entry);
      }
    }
    for (const [requirement, { slots, untilMs }] of wanted) {
      let open = 0;
      for (const request of this.requests) {
        if (request.requirement === requirement) open += request.remaining;
      }
      const expiresMs = Math.floor(untilMs - nowMs);
      if (open < slots && expiresMs > 0) this.request(requirement, slots - open, expiresMs, null);
    }
  }

  /** `expiresMs` null: only what is there now. */
  private request(
    requirement: Requirement,
    batch: number,
    expiresMs: number | null,
    onEnd: (() => void) | null,
  ): void {
    const endsAtMs = performance.now() + (expiresMs ?? POLITE_LIMIT_MS);
    const body = expiresMs === null ? { batch, no_wait: true } : { batch, expires: expiresMs * NANOS_PER_MS };
    try {
      this.requestCount += 1;
      const replySubject = `${this.inboxOf(requirement).prefix}.${this.requestCount}`;
      this.requests.add({ requirement, replySubject, remaining: batch, endsAtMs, onEnd });
      this.connection.publish(pullSubject(requirement), JSON.stringify(body), { reply: replySubject });
    } catch (thrown) {
      this.refuse(translateNatsError(thrown, 'pulling trials'));
      onEnd?.();
    }
  }

  private inboxOf(requirement: Requirement): Inbox {
    const known = this.inboxes.get(requirement);
    if (known !== undefined) return known;
    const prefix = createInbox(inboxPrefixOf(this.role));
    const subscription = this.connection.subscribe(`${prefix}.*`, {
      callback: (error, message) => {
        if (error === null) this.receive(message, requirement);
      },
    });
    const inbox = { prefix, subscription };
    this.inboxes.set(requirement, inbox);
    return inbox;
  }

  private receive(message: Msg, requirement: Requirement): void {
    const code = message.headers?.code ?? 0;
    if (code !== 0) {
      for (const request of this.requests) if (request.replySubject === message.subject) this.end(request);
      // 404 and 408: nothing there, or time over. Others: no such consumer, too many pulls, a server that starts.
      if (code === 408) this.crowdedTimes = 0;
      if (code === 404 || code === 408) this.planAsk();
      else if (TOO_MANY_PULLS.test(message.headers?.description ?? '')) this.askWhenLessCrowded();
      else this.askLater();
      return;
    }
    this.crowdedTimes = 0;
    for (const request of this.requests) {
      if (request.requirement !== requirement) continue;
      request.remaining -= 1;
      if (request.remaining === 0) this.end(request);
      break;
    }
    for (const waiter of this.waiters) {
      if (!waiter.requirements.includes(requirement)) continue;
      waiter.settle(message);
      return;
    }
    message.respond('-NAK');
  }

  /** Spread in time, as all that were refused would come again in one moment. */
  private askWhenLessCrowded(): void {
    const nowMs = performance.now();
    // The refusals of one moment, one a requirement, are one.
    if (nowMs < this.crowdedUntilMs) return;
    if (this.crowdedTimes++ === 0) this.onCrowded();
    const pauseMs =
      Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** this.crowdedTimes) * (0.5 + 0.5 * Math.random());
    this.crowdedUntilMs = nowMs + pauseMs;
    setTimeout(() => this.planAsk(), pauseMs + 1).unref();
  }

  private askLater(): void {
    setTimeout(() => void this.verify(), RETRY_MS).unref();
  }

  /** Asks again if the stream is there (or nobody knows); fails all waiters if it is gone. */
  private async verify(): Promise<void> {
    try {
      await this.assertServed();
      this.gone = null;
    } catch (thrown) {
      this.gone = asSweepError(thrown);
    }
    if (this.gone === null) this.planAsk();
    else this.refuse(this.gone);
  }

  private end(request: PullRequest): void {
    if (this.requests.delete(request)) request.onEnd?.();
  }
}

function pullSubject(requirement: Requirement): string {
  return `$JS.API.CONSUMER.MSG.NEXT.${TRIALS_STREAM}.${consumerName(requirement)}`;
}

export function isPullSubject(subject: string): boolean {
  return REQUIREMENTS.some((requirement) => pullSubject(requirement) === subject);
}

function groupByRequirements(waiters: readonly Waiter[]): Waiter[][] {
  const groups = new Map<string, Waiter[]>();
  for (const waiter of waiters) {
    const key = waiter.requirements.join();
    groups.set(key, [...(groups.get(key) ?? []), waiter]);
  }
  return [...groups.values()];
}
