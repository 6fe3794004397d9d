// What a reader must know before the figures of a study on made-up data.
import type { Task } from '../task/task.js';
import { printable } from '../wording/printable.js';

/** `source`: the data's; `task`: what is learnt from them. */
export function syntheticWarning(source: string, task: Task): string {
  return `SYNTHETIC DATA (${printable(source)}): a generated stand-in, not ${task.words.measured}. Do not quote these figures.`;
}
