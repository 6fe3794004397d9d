// How a node shows itself on the bus: a heartbeat every few seconds while it serves, and its leave at the end.
import type { WorkerInfo, WorkerRegistry } from '../../src/bus/bus.js';
import { asSweepError } from '../../src/errors.js';
import type { Logger } from '../../src/log.js';
import type { EngineName } from '../../src/study/trial/trial.js';

const HEARTBEAT_MS = 5_000;
/** How long a node waits to be taken off the list of workers. */
const LEAVE_LIMIT_MS = 2_000;

/** What does not change while the node lives. */
export interface WorkerIdentity {
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly engine: EngineName;
  readonly numericsVersion: string;
  readonly backend: string;
  readonly labels: readonly string[];
}

export interface NodePresenceOptions {
  readonly bus: WorkerRegistry;
  readonly worker: string;
  readonly logger: Logger;
  describe(): WorkerInfo;
  /** The bus has the heartbeat of a node in this state. */
  readonly onHeartbeat?: (state: WorkerInfo['state']) => void;
}

export class NodePresence {
  /** Heartbeats on their way. */
  private readonly beats = new Set<Promise<void>>();
  private leaving: Promise<void> | null = null;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: NodePresenceOptions) {
    this.timer = setInterval(() => this.beat(), HEARTBEAT_MS);
  }

  /** Out of turn, when something changed that others wait for. */
  beat(): void {
    const { bus, logger, describe, onHeartbeat } = this.options;
    const beat = bus
      .heartbeat(describe())
      // Its state now, not at the time of sending: a node that drains meanwhile does not say that it serves.
      .then(() => onHeartbeat?.(describe().state))
      .catch((thrown: unknown) => {
        logger.warn('heartbeat failed', { error: asSweepError(thrown).message });
      })
      .finally(() => this.beats.delete(beat));
    this.beats.add(beat);
  }

  /** Off the list of workers at once; a bus that is away finds out by the missing heartbeats. */
  leave(): Promise<void> {
    clearInterval(this.timer);
    this.leaving ??= this.sayGoodbye();
    return this.leaving;
  }

  private async sayGoodbye(): Promise<void> {
    const { bus, worker, logger } = this.options;
    const goodbye = async (): Promise<void> => {
      // One that is still on its way would put the node back on the list.
      await Promise.all(this.beats);
      await bus.removeWorker(worker);
    };
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LEAVE_LIMIT_MS);
    });
    const farewell = goodbye().catch((thrown: unknown) => {
      logger.warn('leaving went unsaid', { error: asSweepError(thrown).message });
    });
    await Promise.race([farewell, limit]);
    clearTimeout(timer);
  }
}
