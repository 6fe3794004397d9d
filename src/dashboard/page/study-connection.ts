// A study's live events into a store, and what the page says while they do not come.
import type { StudyNews } from '../wire.js';
import { ask, type Following, follow, ProblemError, studyPath } from './api.js';
import { element, replace } from './dom.js';
import { problemView } from './problem-view.js';
import type { StudyStore } from './study-store.js';

const TRY_AGAIN_MS = 3_000;

/** `onFirst`: the store holds the study. Returns how to stop. */
export function connect(
  study: string,
  store: StudyStore,
  main: HTMLElement,
  onFirst: () => void,
): () => void {
  let following: Following | null = null;
  let isFirst = true;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lost = element(
    'p',
    { class: 'notice lost', role: 'alert', hidden: true },
    'Not live: the dashboard does not answer. It is tried again.',
  );
  document.querySelector('#top')?.after(lost);

  // What came while a frame was waited for is taken together.
  let waiting: StudyNews[] = [];
  const takeAll = (): void => {
    const all = waiting;
    waiting = [];
    if (isStopped) return;
    for (const news of all) store.take(news);
    if (!isFirst || store.facts === null) return;
    isFirst = false;
    onFirst();
  };
  const start = (): void => {
    following?.stop();
    following = follow(
      study,
      (news) => {
        if (waiting.push(news) === 1) requestAnimationFrame(takeAll);
      },
      (state) => {
        lost.hidden = state === 'live' || isFirst;
        if (state === 'lost') void explain();
      },
    );
  };
  /** The browser does not say why; and after a refusal it does not try again. */
  const explain = async (): Promise<void> => {
    clearTimeout(timer);
    try {
      await ask(`${studyPath(study)}/curves`);
    } catch (thrown) {
      if (isFirst && !isStopped && thrown instanceof ProblemError) replace(main, problemView(thrown.problem));
    }
    if (!isStopped) timer = setTimeout(start, TRY_AGAIN_MS);
  };
  start();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    following?.stop();
    lost.remove();
  };
}
