// Whose word counts for a trial on a secured server: there a worker signs what it says, and may speak only of an attempt
// that was queued, that it holds, and in its own name. What coordinators write, and what nobody signs, is not judged here.
import type { LoggedEvent } from './events.js';
import { addIndex, copyIndexSet, hasIndex } from './index-set.js';
import { advanceTrial, newOpenTrial, type OpenTrial } from './trial/open-trial.js';

/** Why the author may not say this of a trial that stands so (undefined: nobody has heard of it); null: it may. Pure. */
export function findImposture(
  { event, signedBy }: LoggedEvent,
  open: OpenTrial | 'ended' | undefined,
): string | null {
  if (signedBy === undefined) return null;
  const isByName = (name: string | null): boolean => name?.endsWith(`-${signedBy}`) === true;
  switch (event.type) {
    case 'trial.started':
    case 'trial.report':
    case 'trial.checkpoint':
    case 'trial.finished':
    case 'trial.failed':
    case 'trial.paused':
    case 'trial.returned':
      break;
    default:
      return `a worker says what only a coordinator may (${event.type})`;
  }
  const said = `${event.type} of attempt ${event.attempt} of trial ${event.trial}`;
  if (event.type === 'trial.finished' && event.cached)
    return `${said} from the result cache is for a coordinator to say, not for a worker`;
  if ('worker' in event && !isByName(event.worker))
    return `${said} names the worker ${event.worker ?? '(none)'}, another one signed it`;
  // The first end counts; what is said after it changes nothing.
  if (open === 'ended') return null;
  if (
    open === undefined ||
    open.trial !== event.trial ||
    open.params === null ||
    event.attempt > open.attempt
  )
    return `${said}, which was not queued`;
  if (event.attempt < open.attempt) return `${said}, of which attempt ${open.attempt} stands`;
  if (event.type !== 'trial.started')
    return open.startedBy.some(isByName) ? null : `${said} by a worker that does not hold it`;
  if (open.state === 'RUNNING' && !isByName(open.worker)) return `${said}, which ${open.worker} holds`;
  return null;
}

/** The same for who folds no view: fed with the events of a study, or of one of its trials, in order. */
export class HolderCheck {
  private readonly open = new Map<number, OpenTrial>();
  private readonly ended = copyIndexSet({ below: 0, above: new Set() });

  admits(logged: LoggedEvent): boolean {
    const { event, at } = logged;
    if (!('index' in event)) return logged.signedBy === undefined;
    const hasEnded = hasIndex(this.ended, event.index);
    const before = this.open.get(event.index);
    if (findImposture(logged, hasEnded ? 'ended' : before) !== null) return false;
    if (hasEnded) return true;
    if (event.type === 'trial.finished' || (event.type === 'trial.failed' && event.final)) {
      addIndex(this.ended, event.index);
      this.open.delete(event.index);
    } else {
      this.open.set(event.index, advanceTrial(before ?? newOpenTrial(event.trial, event.index), event, at));
    }
    return true;
  }
}
