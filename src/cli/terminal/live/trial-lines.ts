// All about one trial: its state, parameters, results, and its curve beside the leader's. Pure.
import { type BoardRow, isRanked } from '../../../leaderboard/ranking.js';
import type { OpenTrial } from '../../../study/trial/open-trial.js';
import type { Params } from '../../../study/trial/trial.js';
import { formatDuration } from '../../../wording/duration.js';
import { formatCount, formatInterval } from '../../../wording/figures.js';
import { formatParam } from '../../../wording/param-format.js';
import { countOf } from '../../../wording/plural.js';
import { type ChartSeries, drawChart } from '../chart/chart.js';
import { type ObjectiveWords, objectiveWords } from '../objective-words.js';
import type { ScreenSize } from '../screen/screen.js';
import { type Line, pad, span, wrapText } from '../screen/styled-line.js';
import type { LiveState } from './live-state.js';
import { leadOf, reportedValues } from './running-lines.js';

const LABEL_WIDTH = 11;
const LEAST_CHART_ROWS = 7;

type Fact = readonly [label: string, text: string];

export function trialLines(state: LiveState, selected: string | null, size: ScreenSize): Line[] {
  const { view, board } = state;
  const open = [...view.open.values()].find(({ trial }) => trial === selected);
  const row = selected === null ? undefined : board.rowOf(selected);
  if (selected === null || (open === undefined && row === undefined))
    return [[span(selected === null ? 'no trial yet' : `trial ${selected} is not listed any more`, 'dim')]];
  const words = objectiveWords(view);
  const facts = row === undefined ? openFacts(open!, state, words) : rowFacts(row, words);
  const params = row === undefined ? open!.params : isRanked(row) ? row.row.params : row.failed.params;
  const lines = [...facts, ...paramFacts(params)].flatMap(([label, text]) =>
    wrapText(text, Math.max(10, size.columns - LABEL_WIDTH)).map(
      (line, at): Line => [span(pad(at === 0 ? label : '', LABEL_WIDTH), 'dim'), ...line],
    ),
  );
  const all = [[span(`trial ${selected}`, 'bold')], ...lines];
  const rows = size.rows - all.length - 1;
  if (rows < LEAST_CHART_ROWS) return all;
  return [...all, [], ...curveChart(state, selected, open, words, { columns: size.columns, rows })];
}

function openFacts(trial: OpenTrial, { view, plan }: LiveState, words: ObjectiveWords): Fact[] {
  const epochs = plan.epochsOf(trial.params);
  const done = trial.reports.at(-1)?.epoch ?? trial.fromEpoch;
  const last = reportedValues(trial, view.header?.metric ?? null).at(-1);
  const lead = leadOf(trial, view, words);
  return [
    ['state', trial.pausedAt !== null ? `waits at epoch ${trial.pausedAt}` : trial.state.toLowerCase()],
    ['epoch', epochs === null ? String(done) : `${done} of ${epochs}`],
    ...(last == null ? [] : [['value', words.sayBoth(last)] as const]),
    ...(lead === null ? [] : [['to lead', lead.text] as const]),
    ['attempt', `${trial.attempt}${trial.worker === null ? '' : ` on ${trial.worker}`}`],
    ...(trial.lastError === null
      ? []
      : [['last error', `${trial.lastError.code}: ${trial.lastError.message}`] as const]),
  ];
}

function rowFacts(row: BoardRow, words: ObjectiveWords): Fact[] {
  if (!isRanked(row)) {
    const { error, attempts, worker } = row.failed;
    return [
      [
        'state',
        `failed after ${countOf(attempts, 'attempt')}${worker === null ? '' : `, last on ${worker}`}`,
      ],
      ['why', `${error.code}: ${error.message}`],
      ...(error.hint === undefined ? [] : [['next', error.hint] as const]),
    ];
  }
  const { rank, tied, row: finished } = row;
  const first = finished.seeds[0]!;
  const durationMs = finished.seeds.reduce((sum, { result }) => sum + result.durationMs, 0);
  const interval = formatInterval(finished.objectiveInterval, (value) => words.say(value));
  return [
    ['state', finished.state === 'PRUNED' ? 'stopped early' : finished.state.toLowerCase()],
    ['rank', `${rank}${tied ? ', not told apart from the first' : ''}`],
    ['objective', words.sayBoth(finished.objective)],
    ...(finished.objectiveInterval === null ? [] : [['95 %', interval] as const]),
    ['epoch', `best ${first.result.bestEpoch} of ${first.result.epochs}`],
    ['time', `${formatDuration(durationMs)}${first.cached ? ', from the result cache' : ''}`],
    [
      'size',
      countOf(first.result.parameters, 'parameter').replace(/^\d+/, (count) => formatCount(Number(count))),
    ],
    ['worker', `${first.worker}${finished.seeds.length > 1 ? `, ${finished.seeds.length} seeds` : ''}`],
  ];
}

function paramFacts(params: Params | null): Fact[] {
  if (params === null) return [];
  const text = Object.entries(params)
    .map(([name, value]) => `${name}=${formatParam(value)}`)
    .join('  ');
  return [['parameters', text]];
}

function curveChart(
  { view, curveOf, board }: LiveState,
  trial: string,
  open: OpenTrial | undefined,
  words: ObjectiveWords,
  size: ScreenSize,
): Line[] {
  const metric = view.header?.metric ?? null;
  const own = curveOf(trial);
  const values = own.length > 0 || open === undefined ? own : reportedValues(open, metric);
  const leader = view.rows.find(({ state }) => state === 'COMPLETE')?.trial;
  const series: ChartSeries[] = [
    ...(leader === undefined || leader === trial
      ? []
      : [{ name: 'leader', style: 'dim' as const, points: pointsOf(curveOf(leader), words.scale) }]),
    { name: 'this trial', style: 'cyan' as const, points: pointsOf(values, words.scale) },
  ].filter(({ points }) => points.length > 0);
  if (series.length === 0) return [[span('no curve of it is at hand: sweep show has it', 'dim')]];
  return drawChart({
    xTitle: 'epoch',
    yTitle: words.title,
    series,
    marks: board.baselines.map(({ name, value }) => ({ name, value: value * words.scale })),
    size,
  });
}

function pointsOf(values: readonly (number | null)[], scale: number): (readonly [number, number])[] {
  return values.flatMap((value, place) => (value === null ? [] : [[place + 1, value * scale] as const]));
}
