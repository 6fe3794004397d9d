// Who looks on while a study runs: a terminal, a ready file, a test. Given to the run itself, so that it may be made of what
// was opened before.
import type { WorkerInfo } from '../bus/bus.js';
import type { LoggedEvent } from '../study/events.js';
import type { StudyView } from '../study/study-view.js';

/** Told from within the loop: nothing of it may wait. */
export interface StudyWatcher {
  /** After each event was folded in. */
  onEvent?(logged: LoggedEvent, view: StudyView): void;
  /** The workers that are alive, every few seconds, where they are not the coordinator's own. */
  onWorkers?(live: readonly WorkerInfo[]): void;
  /** The bus says that the study is still this coordinator's: every few seconds. */
  onLeaseRenewed?(): void;
}
