// A study: how far it is, its leaderboard, and the plots that tell why.
import type { DashboardRow } from '../wire.js';
import { trialAddress } from './addresses.js';
import { contourView } from './contour-view.js';
import { openControls } from './control-dialog.js';
import { curvesView } from './curves-view.js';
import { element, replace } from './dom.js';
import { historyView } from './history-view.js';
import { importanceView } from './importance-view.js';
import { leaderboardView } from './leaderboard-view.js';
import { parallelView } from './parallel-view.js';
import { failuresView, workersView } from './people-view.js';
import { rungsView } from './rungs-view.js';
import { slicesView } from './slices-view.js';
import { connect } from './study-connection.js';
import { studyHead } from './study-head.js';
import { StudyStore } from './study-store.js';
import { timelineView } from './timeline-view.js';
import { tradeoffView } from './tradeoff-view.js';

export function studyPage(main: HTMLElement, study: string, canControl: Promise<boolean>): () => void {
  document.title = `${study} · sweep`;
  const store = new StudyStore();
  replace(main, element('p', { class: 'quiet' }, `Reading ${study}…`));
  const open = ({ trial }: DashboardRow): void => {
    location.hash = trialAddress(study, trial);
  };
  const stop = connect(study, store, main, async () => {
    const hasControl = await canControl;
    const hasSpace = Object.keys(store.facts!.space).length > 0;
    replace(
      main,
      studyHead(store, hasControl ? () => openControls(store) : null),
      element('div', { class: 'columns wide-left' }, historyView(store, open), importanceView(store)),
      hasSpace && parallelView(store, open),
      leaderboardView(store, open),
      element('div', { class: 'columns' }, curvesView(store, open), tradeoffView(store, open)),
      hasSpace && slicesView(store, open),
      element('div', { class: 'columns' }, contourView(store, open), rungsView(store)),
      timelineView(store, open),
      element('div', { class: 'columns' }, failuresView(store), workersView(store)),
    );
    performance.mark('study-shown');
  });
  return stop;
}
