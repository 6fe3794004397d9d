// The page: which of its views stands there, by what is behind `#` in the address.
import type { About } from '../wire.js';
import { readPlace } from './addresses.js';
import { ask } from './api.js';
import { comparePage } from './compare-page.js';
import { append, element, link, select } from './dom.js';
import { applyTheme, chooseTheme, readTheme, type Theme } from './plots/colors.js';
import { hideTooltip } from './plots/tooltip.js';
import { studiesPage } from './studies-page.js';
import { studyPage } from './study/study-page.js';
import { trialPage } from './trial-page.js';

const main = document.querySelector<HTMLElement>('#main')!;
const top = document.querySelector<HTMLElement>('#top')!;
let leave = (): void => {};

applyTheme();
append(top, [
  link('sweep', '#/', { class: 'brand' }),
  link('Studies', '#/'),
  element('span', { class: 'spring' }),
  select(
    'Colours',
    [
      ['system', 'as the system'],
      ['light', 'light'],
      ['dark', 'dark'],
    ],
    readTheme(),
    (theme) => chooseTheme(theme as Theme),
  ),
]);

// Whether orders are taken is the same as long as the server lives.
const canControl = ask<About>('/api/about').then(
  (about) => about.canControl,
  () => false,
);

function show(isFirst: boolean): void {
  leave();
  leave = () => {};
  hideTooltip();
  const place = readPlace(location.hash);
  if (place.page === 'studies') leave = studiesPage(main);
  else if (place.page === 'trial') leave = trialPage(main, place.study, place.trial);
  else if (place.page === 'compare') leave = comparePage(main, place.studies);
  else leave = studyPage(main, place.study, place.filter, canControl);
  if (isFirst) return;
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

addEventListener('hashchange', () => show(false));
show(true);
