// Trials that only answer, as functions do: no reports, no checkpoints, too short to be stopped. Those that ask in the same
// turn of the event loop cross to one thread together: waking a thread costs far more than what they compute, and a thread
// that is used often runs optimised code. They share its fate: what ends the thread fails all of them.
import type { Objective, TrialConfig } from '../src/study/trial.js';
import type { TerminalMessage } from './trial-protocol.js';

/** One trial of a group, as it goes to the thread. */
export interface SilentTask {
  readonly config: TrialConfig;
  readonly objective: Objective;
}

interface Asked {
  readonly task: SilentTask;
  readonly timeLimitMs: number | null;
  answer(message: TerminalMessage): void;
  fail(thrown: unknown): void;
}

/** Runs a group in a thread: as many answers as tasks, in their order. Rejects when the thread or the time ended. */
export type RunGroup = (
  tasks: readonly SilentTask[],
  timeLimitMs: number | null,
) => Promise<readonly TerminalMessage[]>;

export class SilentTrials {
  private asked: Asked[] = [];

  constructor(private readonly runGroup: RunGroup) {}

  run(task: SilentTask, timeLimitMs: number | null): Promise<TerminalMessage> {
    return new Promise((resolve, reject) => {
      if (this.asked.length === 0) setImmediate(() => void this.flush());
      this.asked.push({ task, timeLimitMs, answer: resolve, fail: reject });
    });
  }

  private async flush(): Promise<void> {
    const group = this.asked;
    this.asked = [];
    const limits = group.flatMap(({ timeLimitMs }) => (timeLimitMs === null ? [] : [timeLimitMs]));
    try {
      const tasks = group.map(({ task }) => task);
      const answers = await this.runGroup(tasks, limits.length === 0 ? null : Math.min(...limits));
      for (const [place, { answer, fail }] of group.entries()) {
        const message = answers[place];
        if (message === undefined) fail(new Error('the thread gave no answer'));
        else answer(message);
      }
    } catch (thrown) {
      for (const { fail } of group) fail(thrown);
    }
  }
}
