// What is worth telling whoever is away while a study runs: a new best row, a pause, its end. Pure.
import type { FinishedRow } from '../../study/finished-row.js';
import { countTrials, type StudyView } from '../../study/study-view.js';
import type { Params } from '../../study/trial/trial.js';
import { formatObjective } from '../../wording/figures.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import { paramsText } from '../terminal/params-text.js';

/** `failed` is also what a study that used up its failure budget ends as; its reason says so. */
export type NoticeKind = 'new-best' | 'paused' | 'finished' | 'failed' | 'interrupted';

export interface Notice {
  readonly kind: NoticeKind;
  readonly study: string;
  /** One line for a person. */
  readonly message: string;
  readonly state: StudyView['state'];
  readonly reason: string | null;
  readonly best: {
    readonly trial: string;
    readonly params: Params;
    readonly metric: string | null;
    readonly objective: number;
  } | null;
  readonly trials: ReturnType<typeof countTrials>;
}

const KINDS: Readonly<Partial<Record<StudyView['state'], NoticeKind>>> = {
  paused: 'paused',
  complete: 'finished',
  stopping: 'finished',
  cancelled: 'finished',
  failed: 'failed',
  interrupted: 'interrupted',
};

/** Follows a view and finds what changed; one for a study. */
export class NoticeFinder {
  #best: string | null = null;
  #isPaused = false;

  /** What happened before, told to nobody. */
  catchUp(view: StudyView): void {
    this.find(view);
  }

  /** After each event. The end is another's to tell: `noticeOfEnd`. */
  find(view: StudyView): Notice | null {
    const wasPaused = this.#isPaused;
    this.#isPaused = view.state === 'paused';
    if (this.#isPaused && !wasPaused) return noticeOf('paused', view);
    const [best] = view.rows;
    if (best === undefined || best.state !== 'COMPLETE' || identity(best) === this.#best) return null;
    const isFirst = this.#best === null;
    this.#best = identity(best);
    // The best of one is no news.
    return isFirst ? null : noticeOf('new-best', view);
  }
}

/** Of a run that is over; null where its state says nothing of an end. */
export function noticeOfEnd(view: StudyView): Notice | null {
  const kind = KINDS[view.state];
  return kind === undefined || kind === 'paused' ? null : noticeOf(kind, view);
}

function noticeOf(kind: NoticeKind, view: StudyView): Notice {
  const study = view.header?.study ?? '';
  const metric = view.header?.metric ?? null;
  const [row] = view.rows;
  const best =
    row === undefined ? null : { trial: row.trial, params: row.params, metric, objective: row.objective };
  const said =
    best === null
      ? 'no result yet'
      : `best ${metric ?? 'objective'} ${formatObjective(best.objective)}, ${paramsText(best.params)}`;
  const trials = countTrials(view);
  const told: Readonly<Record<NoticeKind, string>> = {
    'new-best': `new ${said}`,
    paused: `paused, ${said}`,
    finished: `${countOf(trials.complete + trials.pruned, 'trial')} done, ${said}`,
    failed: `failed: ${view.stateReason ?? 'no reason given'}`,
    interrupted: `interrupted: ${view.stateReason ?? 'no reason given'}`,
  };
  const message = printable(`sweep ${study}: ${told[kind]}`);
  return { kind, study, message, state: view.state, reason: view.stateReason, best, trials };
}

/** Another point, or the same one with another mean. */
function identity({ key, objective }: FinishedRow): string {
  return `${key} ${objective}`;
}
