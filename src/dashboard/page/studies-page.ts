// All studies, newest first; several can be chosen to be compared.
import type { About, StudyLine } from '../wire.js';
import { compareAddress, studyAddress } from './addresses.js';
import { ask, ProblemError } from './api.js';
import { button, element, link, replace } from './dom.js';
import { DASH, formatDuration, metricName, numberText, timeText } from './figures.js';
import { problemView } from './problem-view.js';
import { rewrite } from './rewrite.js';

const LOOK_EVERY_MS = 3_000;
const READING_EVERY_MS = 700;

/** Returns how to leave it. */
export function studiesPage(main: HTMLElement): () => void {
  document.title = 'sweep';
  const chosen = new Set<string>();
  const list = element('div');
  const place = element('p', { class: 'quiet facts' });
  const compare = button('Compare', () => {
    location.hash = compareAddress([...chosen]);
  });
  const search = element('input', {
    class: 'filter',
    attributes: {
      type: 'search',
      placeholder: 'filter by name or state',
      'aria-label': 'Filter the studies',
    },
    on: { input: () => draw() },
  });
  let known: readonly StudyLine[] | null = null;
  let before = '';
  replace(
    main,
    element(
      'div',
      { class: 'title-line' },
      element('h1', {}, 'Studies'),
      element('span', { class: 'spring' }),
      compare,
      search,
    ),
    place,
    list,
  );
  const updateCompare = (): void => {
    compare.disabled = chosen.size < 2;
    compare.textContent = chosen.size < 2 ? 'Compare' : `Compare ${chosen.size}`;
  };
  const draw = (): void => {
    if (known === null) return;
    const wanted = search.value.trim().toLowerCase();
    const lines = known.filter(({ study, state }) => `${study} ${state}`.toLowerCase().includes(wanted));
    const now = JSON.stringify(lines);
    if (now === before) return;
    before = now;
    search.hidden = known.length < 4;
    compare.hidden = known.length < 2;
    updateCompare();
    if (known.length === 0) {
      replace(list, noStudy());
      return;
    }
    const table = element(
      'table',
      { class: 'studies' },
      element('caption', { class: 'visually-hidden' }, 'Studies, newest first'),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...['', 'study', 'state', 'trials', 'best', 'time', 'started', 'data'].map((head, at) =>
            element(
              'th',
              {
                class: [3, 4, 5].includes(at) ? 'number' : '',
                attributes: { scope: 'col', ...(head === '' ? { 'aria-label': 'chosen' } : {}) },
              },
              head,
            ),
          ),
        ),
      ),
      element('tbody', {}, ...lines.map(line)),
    );
    rewrite(list, () => [
      element(
        'div',
        { class: 'scroll whole', tabIndex: 0, role: 'region', attributes: { 'aria-label': 'Studies' } },
        table,
      ),
      lines.length === 0 && element('p', { class: 'quiet' }, 'No study of that name or state.'),
    ]);
  };
  const line = (one: StudyLine): HTMLElement => {
    const box = element('input', {
      attributes: { type: 'checkbox', 'aria-label': `compare ${one.study}` },
      on: {
        change: () => {
          if (box.checked) chosen.add(one.study);
          else chosen.delete(one.study);
          updateCompare();
        },
      },
    });
    box.checked = chosen.has(one.study);
    box.disabled = one.damage !== null;
    const state = one.abandoned ? 'no coordinator' : one.state;
    return element(
      'tr',
      {},
      element('td', {}, box),
      element(
        'td',
        { class: 'name' },
        one.damage === null ? link(one.study, studyAddress(one.study)) : one.study,
      ),
      element(
        'td',
        {},
        element(
          'span',
          {
            class: `state ${one.abandoned ? 'abandoned' : one.state}`,
            ...(one.damage === null ? {} : { title: one.damage }),
          },
          state,
        ),
      ),
      element(
        'td',
        { class: 'number' },
        one.total === 0 ? DASH : `${one.done}/${one.total}`,
        one.failed > 0 &&
          element('span', { class: 'failed-count', title: `${one.failed} failed` }, ` ${one.failed} failed`),
      ),
      element(
        'td',
        { class: 'number' },
        one.best === null ? DASH : numberText(one.best),
        one.best !== null &&
          one.metric !== null &&
          element('small', { class: 'quiet metric' }, metricName(one.metric)),
      ),
      element('td', { class: 'number' }, one.damage === null ? formatDuration(one.durationMs) : DASH),
      element('td', { class: 'number left' }, timeText(Date.parse(one.createdAt))),
      element('td', {}, one.dataset ?? DASH, one.synthetic && element('span', { class: 'tag' }, 'SYNTHETIC')),
    );
  };
  let isLeft = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async (): Promise<void> => {
    try {
      if (!document.hidden || known === null) {
        known = await ask<readonly StudyLine[]>('/api/studies');
        if (isLeft) return;
        draw();
      }
    } catch (thrown) {
      if (isLeft) return;
      before = '';
      if (thrown instanceof ProblemError) replace(list, problemView(thrown.problem));
    }
    const isReading = known?.some(({ state }) => state === 'reading') === true;
    if (!isLeft) timer = setTimeout(look, isReading ? READING_EVERY_MS : LOOK_EVERY_MS);
  };
  updateCompare();
  ask<About>('/api/about').then(
    (about) => {
      place.textContent = about.place;
    },
    () => {},
  );
  void look();
  return () => {
    isLeft = true;
    clearTimeout(timer);
  };
}

function noStudy(): HTMLElement {
  return element(
    'section',
    { class: 'empty' },
    element('h2', {}, 'No study yet'),
    element('p', {}, 'Start one in a terminal, and it appears here:'),
    element('pre', {}, 'sweep start sweeps/quick.json'),
    element('p', { class: 'quiet' }, 'Studies elsewhere: sweep dashboard --home DIR, or --nats URL.'),
  );
}
