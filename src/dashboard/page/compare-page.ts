// Studies side by side: how soon each found its best, and what that was.
import { studyAddress, trialAddress } from './addresses.js';
import { element, link, panel, replace, table } from './dom.js';
import {
  DASH,
  formatDuration,
  metricName,
  numberText,
  objectiveTitle,
  objectiveWithUnit,
} from './figures.js';
import { lineColor } from './plots/colors.js';
import { linePlot } from './plots/line-plot.js';
import { debounced } from './plots/redraw.js';
import { rowName } from './row-text.js';
import { connect } from './study-connection.js';
import { StudyStore } from './study-store.js';

const AFTER_MS = 150;
const MOST = 7;

export function comparePage(main: HTMLElement, studies: readonly string[]): () => void {
  document.title = 'Comparison · sweep';
  const stores = studies.slice(0, MOST).map((study) => ({ study, store: new StudyStore() }));
  const content = element('div');
  const trouble = element('div');
  replace(main, element('h1', {}, 'Comparison'), trouble, content);
  const draw = debounced(AFTER_MS, () => {
    const known = stores.filter(({ store }) => store.facts !== null);
    if (known.length === 0) return;
    const groups = comparable(known);
    replace(
      content,
      groups.length > 1 &&
        element(
          'p',
          { class: 'notice' },
          'These studies are of different objectives or targets: a plot for each kind, as their values cannot be compared.',
        ),
      ...groups.map((group) => bestSoFarPanel(group, groups.length > 1)),
      panel('Side by side', '', [], sideBySide(known)),
    );
  });
  const stops = stores.map(({ study, store }) => {
    store.on(['rows', 'status'], draw);
    return connect(study, store, trouble, draw);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

type Known = readonly { readonly study: string; readonly store: StudyStore }[];

/** Those of one objective, of one target in one unit, together. */
function comparable(known: Known): Known[] {
  const groups = new Map<string, Known[number][]>();
  for (const one of known) {
    const { metric, direction, target, unit, unitScale } = one.store.facts!;
    const kind = JSON.stringify([metric, direction, target, unit, unitScale]);
    groups.set(kind, [...(groups.get(kind) ?? []), one]);
  }
  return [...groups.values()];
}

function bestSoFarPanel(known: Known, isNamed: boolean): HTMLElement {
  const paths = known.map(({ store }) => {
    const { direction, unitScale } = store.facts!;
    const sign = direction === 'minimize' ? 1 : -1;
    let best = Number.POSITIVE_INFINITY;
    return store.rows
      .filter(({ objective }) => objective !== null)
      .sort((left, right) => left.index - right.index)
      .map(({ state, objective }) => {
        if (state === 'COMPLETE') best = Math.min(best, sign * objective!);
        return best === Number.POSITIVE_INFINITY ? null : sign * best * (unitScale ?? 1);
      });
  });
  const longest = Math.max(2, ...paths.map(({ length }) => length));
  const facts = known[0]!.store.facts!;
  const plot = linePlot({
    label: 'Best so far by trial, a line for each study',
    xTitle: 'trials with a result',
    yTitle: objectiveTitle(facts),
    heightPx: 300,
    yText: numberText,
    onHover: (at) => {
      const value = at === null ? null : (paths[at.line]?.[at.place] ?? null);
      return at === null || value === null
        ? null
        : [known[at.line]!.study, `best of ${at.place + 1}: ${numberText(value)}`];
    },
  });
  plot.set({
    x: Array.from({ length: longest }, (_, at) => at + 1),
    lines: known.map(({ study }, at) => ({
      name: study,
      color: () => lineColor(at),
      values: Array.from({ length: longest }, (_, place) => paths[at]![place] ?? null),
      isStepped: true,
      width: 2,
    })),
    marks: facts.baselines.map(({ name, value }) => ({ name, value: value * (facts.unitScale ?? 1) })),
    xRange: { low: 0, high: longest },
  });
  const what = `${metricName(facts.metric)}${facts.target === null ? '' : ` of ${facts.target}`}`;
  return panel(
    isNamed ? `Best so far: ${what}` : 'Best so far',
    isNamed ? '' : what,
    [],
    plot.host,
    element(
      'ul',
      { class: 'legend' },
      ...known.map(({ study }, at) =>
        element('li', {}, element('span', { class: 'swatch', style: { background: lineColor(at) } }), study),
      ),
    ),
  );
}

function sideBySide(known: Known): HTMLElement {
  const line = (name: string, cell: (one: Known[number]) => string | Node): (string | Node)[] => [
    name,
    ...known.map(cell),
  ];
  return table(
    'Studies side by side',
    ['', ...known.map(({ study }) => study)],
    [
      line('study', ({ study }) => link('open', studyAddress(study))),
      line('state', ({ store }) => store.status!.state),
      line('best', ({ store }) => objectiveWithUnit(store.facts!, best(store)?.objective ?? null)),
      line('best trial', ({ study, store }) => {
        const row = best(store);
        return row === undefined ? DASH : link(rowName(store, row), trialAddress(study, row.trial));
      }),
      line('common sense', ({ store }) => {
        const [baseline] = store.facts!.baselines;
        return baseline === undefined ? DASH : objectiveWithUnit(store.facts!, baseline.value);
      }),
      line('test set', ({ store }) => store.facts!.tests[0]?.text ?? DASH),
      line(
        'trials',
        ({ store: { status } }) =>
          `${status!.complete + status!.pruned + status!.failed} of ${status!.total}`,
      ),
      line('stopped early', ({ store }) => String(store.status!.pruned)),
      line('failed', ({ store }) => String(store.status!.failed)),
      line('time', ({ store }) => formatDuration(store.status!.durationMs)),
      line('training time', ({ store }) =>
        formatDuration(store.rows.reduce((sum, row) => sum + (row.cached ? 0 : (row.durationMs ?? 0)), 0)),
      ),
      line('sampler', ({ store }) => store.facts!.sampler),
      line('scheduler', ({ store }) => store.facts!.scheduler),
      line('data', ({ store }) => store.facts!.source ?? DASH),
    ],
    [],
    true,
  );
}

function best(store: StudyStore) {
  return store.rows.find(({ state }) => state === 'COMPLETE');
}
