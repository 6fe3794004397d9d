// Which parameters mattered, and which of their values did best, over the trials that pass the filter.
import { describeInsight, LEAST_POINTS, type ParamInsight } from '../../../leaderboard/insight.js';
import { axesOf } from '../../../search/space/axes.js';
import type { FinishedRow } from '../../../study/finished-row.js';
import { countOf } from '../../../wording/plural.js';
import type { DashboardRow, StudyFacts } from '../../wire.js';
import { element, panel, replace } from '../dom.js';
import { metricName, objectiveText, objectiveWithUnit } from '../figures.js';
import { barList, dotList } from '../plots/bar-list.js';
import { debounced } from '../plots/redraw.js';
import type { StudyStore } from '../study-store.js';

const AFTER_MS = 120;
const IDLE_MS = 600;
/** Of more rows the page is shown first; the panel keeps the place. */
const DRAWN_AT_ONCE = 2_000;
const MOST_VALUES = 8;
/** Parameters of which nothing but means is known. */
const MOST_COMPARED = 3;

export function importanceView(store: StudyStore): HTMLElement {
  const content = element('div', { class: 'importance' });
  const host = panel('What mattered', '', [], content);
  const note = host.querySelector('.panel-note')!;
  const draw = (): void => {
    if (!store.isFiltered) host.style.removeProperty('height');
    const facts = store.facts!;
    const axes = axesOf(facts.space).filter(({ count }) => count !== 1);
    if (axes.length === 0) {
      replace(content, element('p', { class: 'quiet' }, 'The space has one point.'));
      return;
    }
    const insight = describeInsight({
      rows: store.visible
        .filter(({ state }) => state === 'COMPLETE')
        .map((row) => asRow(row, facts.paramNames)),
      direction: facts.direction,
      metric: facts.metric,
      axes,
      epochsOf: () => null,
    });
    const over = `over ${countOf(insight.points, 'complete trial')}${store.isFiltered ? ' that pass the filter' : ''}`;
    if (insight.points < LEAST_POINTS) {
      note.textContent = over;
      const told = insight.params.filter(({ effects }) => effects.length > 1).sort(bySpread);
      replace(
        content,
        element(
          'p',
          { class: 'quiet' },
          `Importances need ${LEAST_POINTS} complete trials; there are ${insight.points}.`,
          told.length > 0 && ` So far the mean ${metricName(facts.metric)} by value, the widest apart first:`,
        ),
        ...told
          .slice(0, MOST_COMPARED)
          .flatMap((one) => [element('h3', {}, one.param), effectList(facts, one)]),
      );
      return;
    }
    note.textContent = `for being in the best tenth, ${over}`;
    const [first] = insight.params;
    replace(
      content,
      barList(
        'Importance of each parameter',
        insight.params.map(({ param, importance, best }) => ({
          name: param,
          value: importance ?? 0,
          text: `${Math.round(100 * (importance ?? 0))} %`,
          ...(best === null ? {} : { detail: `best mean at ${valueText(best.value)}` }),
        })),
      ),
      first !== undefined &&
        first.effects.length > 1 &&
        element('h3', {}, `${first.param}: mean ${metricName(facts.metric)} and its 95 % interval`),
      first !== undefined && first.effects.length > 1 && effectList(facts, first),
    );
  };
  // It takes a while, which is of no use to a brush that goes on.
  const later = debounced(AFTER_MS, () => requestIdleCallback(draw, { timeout: IDLE_MS }));
  store.on(['rows', 'visible'], later);
  // A brush beneath would slip from under the pointer that draws it: while rows are hidden the height stays, and the browser
  // does not scroll by what moves within.
  host.style.setProperty('overflow-anchor', 'none');
  store.on(['visible'], () => {
    if (store.isFiltered && host.style.height === '')
      host.style.setProperty('height', `${host.getBoundingClientRect().height}px`);
  });
  if (store.rows.length <= DRAWN_AT_ONCE) draw();
  else later();
  return host;
}

/** What the objective is on average at each value. */
function effectList(facts: StudyFacts, { param, effects, best }: ParamInsight): HTMLElement {
  return dotList(
    `Mean ${metricName(facts.metric)} by ${param}`,
    effects.slice(0, MOST_VALUES).map((effect) => ({
      name: valueText(effect.value),
      value: effect.meanObjective,
      interval: effect.interval,
      text: objectiveWithUnit(facts, effect.meanObjective),
      isBest: effect === best,
      detail: `${countOf(effect.points, 'trial')}, best ${objectiveText(facts, effect.bestObjective)}`,
    })),
  );
}

function bySpread(left: ParamInsight, right: ParamInsight): number {
  const spreadOf = ({ effects }: ParamInsight): number => {
    const means = effects.map(({ meanObjective }) => meanObjective);
    return Math.max(...means) - Math.min(...means);
  };
  return spreadOf(right) - spreadOf(left);
}

/** As the leaderboard's statistics take it: what they need of a row, and no seeds. */
function asRow(row: DashboardRow, names: readonly string[]): FinishedRow {
  const params = Object.fromEntries(
    names.flatMap((name, at) => (row.params[at] === undefined ? [] : [[name, row.params[at]]])),
  );
  return {
    key: row.trial,
    trial: row.trial,
    params,
    state: 'COMPLETE',
    seeds: [],
    failedTrials: [],
    objective: row.objective!,
    objectiveInterval: null,
    metrics: {},
  };
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(' … ');
  return typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(3)))
    : String(value);
}
