// Counts messages that are none of ours or damaged: they are skipped, never acted on, and never stop the process.
import type { Logger } from '../../log.js';

const KINDS = ['trial', 'event', 'control', 'worker', 'study', 'result', 'signature'] as const;
export type SetAsideKind = (typeof KINDS)[number];

/** A flood of garbage must not become a flood of lines. */
const LINES_PER_KIND = 10;

export class SetAside {
  private readonly counts = new Map<SetAsideKind, number>();

  constructor(private readonly log: Logger) {}

  count(kind: SetAsideKind, subject: string, detail: string | number): void {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count > LINES_PER_KIND) return;
    this.log.warn(`a malformed ${kind} message was set aside`, { subject, detail });
  }

  /** How many of each kind since this bus was opened; a message met twice counts twice. */
  totals(): Readonly<Record<SetAsideKind, number>> {
    const entries = KINDS.map((kind) => [kind, this.counts.get(kind) ?? 0] as const);
    return Object.fromEntries(entries) as Record<SetAsideKind, number>;
  }
}
