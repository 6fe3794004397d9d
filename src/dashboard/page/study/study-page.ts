// A study: how far it is, its leaderboard, and the plots that tell why.
import type { DashboardRow } from '../../wire.js';
import { studyAddress, trialAddress } from '../addresses.js';
import { append, element, replace } from '../dom.js';
import { connect } from '../study-connection.js';
import { StudyStore } from '../study-store.js';
import { contourView } from './contour-view.js';
import { openControls } from './control-dialog.js';
import { curvesView } from './curves-view.js';
import { historyView } from './history-view.js';
import { importanceView } from './importance-view.js';
import { leaderboardView } from './leaderboard-view.js';
import { parallelView } from './parallel-view.js';
import { failuresView, workersView } from './people-view.js';
import { rungsView } from './rungs-view.js';
import { slicesView } from './slices-view.js';
import { studyHead } from './study-head.js';
import { timelineView } from './timeline-view.js';
import { tradeoffView } from './tradeoff-view.js';

const ENDED = new Set(['complete', 'cancelled', 'failed']);

export function studyPage(
  main: HTMLElement,
  study: string,
  filter: string,
  canControl: Promise<boolean>,
): () => void {
  document.title = `${study} · sweep`;
  const store = new StudyStore();
  store.filterText = filter;
  // The address has the filter: it can be handed on, and the way back leads to it. A brush leaves it as it is.
  let told = filter.trim();
  store.on(['visible'], () => {
    const text = store.filterText.trim();
    if (text === told) return;
    told = text;
    history.replaceState(null, '', studyAddress(study, text));
  });
  replace(main, element('p', { class: 'quiet' }, `Reading ${study}…`));
  const open = ({ trial }: DashboardRow): void => {
    location.hash = trialAddress(study, trial);
  };
  const stop = connect(study, store, main, async () => {
    const hasControl = await canControl;
    const hasSpace = Object.keys(store.facts!.space).length > 0;
    const failures = failuresView(store);
    const people = element('div', { class: 'columns' }, failures, workersView(store));
    // What draws results stands there as soon as there is one.
    const results = element('div', { hidden: true });
    const none = element('p', { class: 'panel quiet', role: 'status' });
    const ofResults = (): void => {
      const hasResult = store.rows.some(({ objective }) => objective !== null);
      if (hasResult && results.hidden) {
        results.hidden = false;
        none.hidden = true;
        append(results, [
          element('div', { class: 'columns wide-left' }, historyView(store, open), importanceView(store)),
        ]);
        append(more, [
          element('div', { class: 'columns' }, curvesView(store, open), tradeoffView(store, open)),
          hasSpace && slicesView(store, open),
          element('div', { class: 'columns' }, contourView(store, open), rungsView(store)),
        ]);
      }
      if (!hasResult)
        none.textContent = ENDED.has(store.status!.state)
          ? 'No trial of this study has a result.'
          : 'No trial has a result yet. Its plots appear with the first one.';
    };
    const more = element('div');
    replace(
      main,
      studyHead(store, hasControl ? () => openControls(store) : null),
      none,
      results,
      hasSpace && parallelView(store, open),
      leaderboardView(store, open),
      more,
      timelineView(store, open),
      people,
    );
    ofResults();
    store.on(['rows', 'status'], ofResults);
    // Plots draw in the frame after the one in which they are found to be on the screen.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => setTimeout(() => performance.mark('study-shown'))),
    );
  });
  return stop;
}
