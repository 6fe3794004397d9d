// Where the scheduler stopped trials: of those that reached an epoch, how many went no further.

import { element, panel, replace } from '../dom.js';
import { barList } from '../plots/bar-list.js';
import { debounced } from '../plots/redraw.js';
import type { StudyStore } from '../study-store.js';

const MOST_RUNGS = 16;
const AFTER_MS = 60;

/** null: the study stops none. */
export function rungsView(store: StudyStore): HTMLElement | null {
  if (store.facts!.scheduler === 'none') return null;
  const content = element('div');
  const host = panel('Stopped early', `by the scheduler ${store.facts!.scheduler}`, [], content);
  const draw = (): void => {
    const ended = store.visible.filter(({ state }) => state === 'COMPLETE' || state === 'PRUNED');
    const stopped = new Map<number, number>();
    for (const { state, epochs } of ended)
      if (state === 'PRUNED' && epochs !== null) stopped.set(epochs, (stopped.get(epochs) ?? 0) + 1);
    const rungs = [...stopped.keys()].sort((left, right) => left - right).slice(0, MOST_RUNGS);
    if (rungs.length === 0) {
      replace(content, element('p', { class: 'quiet' }, 'No trial was stopped.'));
      return;
    }
    const bars = rungs.map((epoch) => {
      const reached = ended.filter(({ epochs }) => (epochs ?? 0) >= epoch).length;
      const count = stopped.get(epoch)!;
      return {
        name: `epoch ${epoch}`,
        value: count,
        mark: reached,
        text: String(count),
        detail: `of ${reached} that got there`,
      };
    });
    const complete = ended.filter(({ state }) => state === 'COMPLETE').length;
    replace(
      content,
      barList('Trials stopped at each epoch', bars),
      element(
        'p',
        { class: 'quiet' },
        `${complete} of ${ended.length} ran to their end; the mark shows how many got that far.`,
      ),
    );
  };
  store.on(['rows', 'visible'], debounced(AFTER_MS, draw));
  draw();
  return host;
}
