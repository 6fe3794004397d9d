// Learning curves: of the chosen rows, or of the best that pass the filter and those that run.
import type { CurvesAnswer, DashboardRow } from '../../wire.js';
import { ask, studyPath } from '../api.js';
import { button, element, panel, replace, select } from '../dom.js';
import { metricName, numberText, objectiveTitle, objectiveWithUnit } from '../figures.js';
import { ink, lineColor } from '../plots/colors.js';
import { linePlot } from '../plots/line-plot.js';
import type { Line } from '../plots/line-plot-options.js';
import { debounced } from '../plots/redraw.js';
import { rowName } from '../row-text.js';
import type { StudyStore } from '../study-store.js';

const ASK_AFTER_MS = 250;
/** Of so few each has a colour of its own and its name beside it. */
const NAMED = 7;

export function curvesView(store: StudyStore, open: (row: DashboardRow) => void): HTMLElement {
  const facts = store.facts!;
  let most = 20;
  let shown: DashboardRow[] = [];
  let answer: CurvesAnswer = {};
  const legend = element('ul', { class: 'legend' });
  const plot = linePlot({
    label: `${metricName(facts.metric)} by epoch`,
    xTitle: 'epoch',
    yTitle: objectiveTitle(facts),
    heightPx: 260,
    yText: numberText,
    onHover: (at) => {
      const row = at === null ? undefined : shown[at.line];
      const value = at === null || row === undefined ? null : (answer[row.trial]?.[at.place] ?? null);
      return row === undefined
        ? null
        : [rowName(store, row), `epoch ${at!.place + 1}`, objectiveWithUnit(facts, value)];
    },
    onPick: ({ line }) => open(shown[line]!),
  });
  const clear = button('Show the best instead', () => store.clearChosen(), { class: 'small' });
  const pick = select(
    'best',
    ['5', '20', '50'].map((one) => [one, one] as const),
    '20',
    (value) => {
      most = Number(value);
      refresh();
    },
  );
  const host = panel('Learning curves', '', [pick, clear], plot.host, legend);
  const note = host.querySelector('.panel-note')!;

  const draw = (): void => {
    const scale = store.facts!.unitScale ?? 1;
    shown = shown.filter(({ trial }) => (answer[trial]?.length ?? 0) > 0);
    const epochs = Math.max(0, ...shown.map(({ trial }) => answer[trial]!.length));
    const isFew = shown.length <= NAMED;
    const colorOf = (row: DashboardRow, at: number) => (): string =>
      isFew
        ? lineColor(at)
        : row.state === 'RUNNING'
          ? ink().running
          : at === 0
            ? ink().accent
            : row.state === 'PRUNED'
              ? ink().dim
              : ink().quiet;
    const lines = shown.map(
      (row, at): Line => ({
        name: rowName(store, row),
        color: colorOf(row, at),
        values: Array.from({ length: epochs }, (_, epoch) => {
          const value = answer[row.trial]?.[epoch];
          return value == null ? null : value * scale;
        }),
        width: at === 0 && !isFew ? 2.2 : isFew ? 1.8 : 1,
        hasPoints: epochs < 3 || answer[row.trial]!.length < 2,
        ...(row.state === 'PRUNED' ? { dash: [4, 3] } : {}),
      }),
    );
    plot.set({
      x: Array.from({ length: epochs }, (_, epoch) => epoch + 1),
      lines,
      marks: store.facts!.baselines.map(({ name, value }) => ({ name, value: value * scale })),
      xRange: { low: 1, high: Math.max(2, epochs) },
    });
    replace(
      legend,
      ...(isFew ? shown : []).map((row, at) =>
        element(
          'li',
          {},
          element('span', { class: 'swatch', style: { background: lineColor(at) } }),
          `${rowName(store, row)} ${row.state === 'RUNNING' ? '(running)' : objectiveWithUnit(facts, row.objective)}`,
        ),
      ),
    );
    const isChosen = store.chosen.size > 0;
    note.textContent =
      shown.length === 0
        ? 'no epoch has been reported yet'
        : isChosen
          ? `${shown.length} chosen in the leaderboard`
          : `the best ${shown.length}${store.isFiltered ? ' that pass the filter' : ''}; stopped ones dashed`;
    clear.hidden = !isChosen;
    pick.hidden = isChosen;
  };
  const refresh = debounced(ASK_AFTER_MS, () => {
    const isChosen = store.chosen.size > 0;
    const candidates = isChosen
      ? store.rows.filter(({ point }) => store.chosen.has(point))
      : store.visible.filter(({ state }) => state !== 'PENDING' && state !== 'FAILED');
    const running = candidates.filter(({ state }) => state === 'RUNNING').slice(0, isChosen ? 0 : 8);
    const wanted = [...new Set([...candidates.slice(0, isChosen ? 60 : most), ...running])].slice(0, 60);
    if (wanted.length === 0) {
      shown = [];
      draw();
      return;
    }
    ask<CurvesAnswer>(
      `${studyPath(facts.study)}/curves?trials=${wanted.map(({ trial }) => trial).join(',')}`,
    ).then(
      (found) => {
        answer = found;
        shown = wanted;
        draw();
      },
      // The connection's own state is shown at the top of the page.
      () => {},
    );
  });
  store.on(['rows', 'visible', 'chosen'], refresh);
  draw();
  refresh();
  return host;
}
