// A request to the coordinator that holds a study, wherever it runs: asked until its answer stands in the event log.
import type { Bus, StudyRequest } from '../bus/bus.js';
import { StudyFold } from '../study/fold.js';
import { emptyView, type StudyView } from '../study/study-view.js';

const ANSWER_LIMIT_MS = 5_000;
/** A request may be lost: it is repeated this often, and changes nothing the second time. */
const ASK_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 50;

/** States that an answered request leaves a study in. */
const ANSWERS: Readonly<Record<StudyRequest, readonly StudyView['state'][]>> = {
  pause: ['paused'],
  resume: ['running'],
  stop: ['stopping', 'complete', 'failed'],
  cancel: ['cancelled'],
};

/** True when a coordinator did as it was asked, now or before; false when there is none, or none that answers. */
export async function askCoordinator(bus: Bus, study: string, action: StudyRequest): Promise<boolean> {
  // The state alone may be the last word of a coordinator that died.
  if ((await bus.readLeaseHolder(study)) === null) return false;
  const fold = new StudyFold(emptyView(1));
  for await (const logged of bus.events(study)) fold.apply(logged);
  const { state, lastSeq } = fold.view;
  if (ANSWERS[action].includes(state)) return true;
  const from = lastSeq + 1;
  const deadlineMs = performance.now() + ANSWER_LIMIT_MS;
  for (let askAgainMs = 0; performance.now() < deadlineMs; ) {
    if (performance.now() >= askAgainMs) {
      await bus.sendControl({ type: 'request', study, action });
      askAgainMs = performance.now() + ASK_EVERY_MS;
    }
    for await (const { event } of bus.events(study, { from })) {
      if (event.type === 'study.state' && ANSWERS[action].includes(event.state)) return true;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return false;
}
