// What is said between the lines of progress while a study runs: which workers there are and which refuse, and pauses.
import type { WorkerInfo } from '../../bus/bus.js';
import { isRefusal } from '../../coordinator/archive/study-pace.js';
import type { StudyEvent } from '../../study/events.js';
import { countOf } from '../../wording/plural.js';

/** More workers that refuse than this tell nothing new. */
const MAX_REFUSALS_NOTED = 20;

export interface StudyCommands {
  /** The command that adds a machine, shown while there are none; null where workers are this process's own. */
  readonly workerCommand: string | null;
  /** The command that goes on after an interrupt. */
  readonly resumeCommand: string;
}

export class StudyNotes {
  private readonly refused = new Set<string>();
  /** The slots of the workers last seen; null: none were looked for yet. */
  private slots: number | null = null;
  private isPaused = false;

  constructor(
    private readonly display: { note(text: string): void; record(text: string): void },
    private readonly commands: StudyCommands,
  ) {}

  onWorkers(live: readonly WorkerInfo[]): void {
    const { workerCommand } = this.commands;
    const before = this.slots;
    this.slots = servingSlots(live);
    if (workerCommand === null || this.slots === before) return;
    const serving = live.filter(isServing).length;
    this.display.note(
      this.slots > 0
        ? `${countOf(serving, 'worker')}, ${countOf(this.slots, 'slot')}`
        : `no workers: add any number of machines with\n  ${workerCommand}`,
    );
  }

  onEvent(event: StudyEvent): void {
    this.notePause(event);
    this.noteRefusal(event);
  }

  private notePause(event: StudyEvent): void {
    if (event.type !== 'study.state' || (event.state === 'paused') === this.isPaused) return;
    this.isPaused = event.state === 'paused';
    if (this.isPaused) {
      const goOn = `go on with: ${this.commands.resumeCommand}`;
      this.display.record(`paused: what runs is finished, nothing new begins; ${goOn}`);
    } else if (event.state === 'running') this.display.record('goes on');
  }

  /** Else a study whose only workers are of another engine or version would wait without a word. */
  private noteRefusal(event: StudyEvent): void {
    if (!isRefusal(event)) return;
    const text = `${event.worker} takes no trial of this study: it ${event.reason}`;
    if (this.refused.size >= MAX_REFUSALS_NOTED || this.refused.has(text)) return;
    this.refused.add(text);
    this.display.note(text);
  }
}

/** Slots of the workers that take trials. */
function servingSlots(live: readonly WorkerInfo[]): number {
  return live.filter(isServing).reduce((sum, { slots }) => sum + slots, 0);
}

function isServing({ state }: WorkerInfo): boolean {
  return state === 'up';
}
