// The plots of the terminal: their numbers, and that what is drawn stands where those numbers are by the ticks of its axes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confusionPlot } from '../../../src/cli/plot/confusion-plot.js';
import { curvesPlot } from '../../../src/cli/plot/curves-plot.js';
import { forecastPlot } from '../../../src/cli/plot/forecast-plot.js';
import { historyPlot } from '../../../src/cli/plot/history-plot.js';
import { horizonPlot } from '../../../src/cli/plot/horizon-plot.js';
import { importancePlot } from '../../../src/cli/plot/importance-plot.js';
import { parallelPlot } from '../../../src/cli/plot/parallel-plot.js';
import type { DrawnPlot, PlotInput } from '../../../src/cli/plot/plot.js';
import { slicePlot } from '../../../src/cli/plot/slice-plot.js';
import { objectiveWords } from '../../../src/cli/terminal/objective-words.js';
import type { Style } from '../../../src/cli/terminal/screen/styled-line.js';
import { insightOf } from '../../../src/coordinator/archive/study-insight.js';
import type { ValidationForecast } from '../../../src/coordinator/archive/validation-forecast.js';
import { rankView } from '../../../src/leaderboard/ranking.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { epochReport } from '../../support/fixtures/report-views.js';
import { created, finished, logged, result, trialAt } from '../../support/fixtures/study-events.js';
import { gruGridDocument } from '../../support/fixtures/sweep-documents.js';

const STD = 8.85;
const SIZE = { columns: 120, rows: 36 };
const SPEC = {
  ...parseSweepSpec(JSON.stringify(gruGridDocument()), 'made-up.json'),
  space: {
    units: { type: 'int' as const, low: 10, high: 110, log: false },
    rate: { type: 'float' as const, low: 1e-4, high: 1e-2, log: true },
  },
};

interface Made {
  readonly objective: number;
  readonly units?: number;
  readonly rate?: number;
  readonly isStopped?: boolean;
}

function inputOf(trials: readonly Made[], fields: Partial<ReturnType<typeof result>> = {}): PlotInput {
  const view = foldEvents(
    logged([
      created({ total: trials.length, spec: SPEC }),
      ...trials.map(({ objective, units = 10, rate = 1e-3, isStopped }, index) =>
        finished(index, objective, {
          params: { units, rate },
          result: result(objective, { state: isStopped === true ? 'PRUNED' : 'COMPLETE', ...fields }),
        }),
      ),
    ]),
  );
  return { view, words: objectiveWords(view) };
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly style: Style | undefined;
}

/** The dots of a chart as values, by the ticks that are written at its axes; each as exact as a letter is large. */
function read(plot: DrawnPlot): { dots: Dot[]; stepX: number; stepY: number } {
  const lines = plot.draw(SIZE);
  const texts = lines.map((line) => line.map(({ text }) => text).join(''));
  const floor = texts.findIndex((text) => /^ *└/.test(text));
  const left = texts[floor]!.indexOf('└') + 1;
  const yTicks = texts
    .slice(0, floor)
    .flatMap((text, row) =>
      text[left - 1] === '┤' ? [[row, numberOf(text.slice(0, left - 1))] as const] : [],
    );
  const xTicks = [...texts[floor + 1]!.matchAll(/[\d.,e-]+/g)].flatMap((found) => {
    const middle = found.index + Math.floor(found[0].length / 2);
    return texts[floor]![middle] === '┬' ? [[middle, numberOf(found[0])] as const] : [];
  });
  assert.ok(yTicks.length > 1 && xTicks.length > 1, texts.join('\n'));
  const scaleOf = (ticks: readonly (readonly [number, number])[]) => {
    const [[from, low], [to, high]] = [ticks[0]!, ticks.at(-1)!];
    const step = (high - low) / (to - from);
    return { step: Math.abs(step), at: (place: number): number => low + (place - from) * step };
  };
  const [x, y] = [scaleOf(xTicks), scaleOf(yTicks)];
  const dots = lines.slice(0, floor).flatMap((line, row) => {
    let column = 0;
    return line.flatMap(({ text, style }) =>
      [...text].flatMap((letter) => {
        const at = column++;
        const isDots = (letter > '\u2800' && letter <= '\u28ff') || letter === '•' || letter === '×';
        return isDots ? [{ x: x.at(at), y: y.at(row), style }] : [];
      }),
    );
  });
  return { dots, stepX: x.step, stepY: y.step };
}

function numberOf(text: string): number {
  return Number(text.trim().replaceAll(',', '').replace('−', '-'));
}

/** Letters are coarse, and ticks stand at the letter that they lie in. */
function assertDrawn(
  { dots, stepX, stepY }: ReturnType<typeof read>,
  [x, y]: readonly [number, number],
  style: Style,
): void {
  assert.ok(
    dots.some(
      (dot) =>
        dot.style === style && Math.abs(dot.x - x) <= 1.5 * stepX && Math.abs(dot.y - y) <= 1.5 * stepY,
    ),
    `no ${style} dot at ${x}, ${y}`,
  );
}

test('history: trials in the order of the search, the best so far a step, what was stopped never the best', () => {
  const objectives = [0.5, 0.3, 0.1, 0.4, 0.2];
  const plot = historyPlot(
    inputOf(objectives.map((objective, index) => ({ objective, isStopped: index === 2 }))),
  );
  const { trials, bestSoFar, baselines, unit } = plot.numbers as {
    trials: { index: number; objective: number; state: string }[];
    bestSoFar: { index: number; objective: number }[];
    baselines: { value: number }[];
    unit: string;
  };
  assert.equal(unit, '°C');
  assert.deepEqual(
    trials.map(({ objective }) => Number((objective / STD).toFixed(9))),
    objectives,
  );
  assert.deepEqual(
    bestSoFar.map(({ index, objective }) => [index, Number((objective / STD).toFixed(9))]),
    [
      [0, 0.5],
      [1, 0.3],
      [4, 0.2],
    ],
  );
  assert.deepEqual(
    baselines.map(({ value }) => Number((value / STD).toFixed(9))),
    [0.29],
  );
  const drawn = read(plot);
  assertDrawn(drawn, [4, 0.4 * STD], 'cyan');
  assertDrawn(drawn, [3, 0.1 * STD], 'dim');
  // Level between two improvements, then down at the trial that made it.
  assertDrawn(drawn, [1.5, 0.5 * STD], 'green');
  assertDrawn(drawn, [3.5, 0.3 * STD], 'green');
  assertDrawn(drawn, [2, 0.4 * STD], 'green');
  assert.ok(
    drawn.dots.every(({ style, x, y }) => style !== 'green' || x < 4.5 || y < 0.3 * STD + drawn.stepY),
    'nothing green above the last best',
  );
});

test('history of what is to be greatest: the best so far rises', () => {
  const { view } = inputOf([{ objective: 0.5 }, { objective: 0.3 }, { objective: 0.7 }]);
  const header = { ...view.header!, direction: 'maximize' as const, metric: 'validationAccuracy' };
  const { bestSoFar } = historyPlot({
    view: { ...view, header },
    words: objectiveWords({ ...view, header }),
  }).numbers as { bestSoFar: { index: number; objective: number }[] };
  assert.deepEqual(
    bestSoFar.map(({ index, objective }) => [index, objective]),
    [
      [0, 0.5],
      [2, 0.7],
    ],
  );
});

test('curves: each epoch of the objective’s metric, the best in green', () => {
  const input = inputOf([{ objective: 0.3 }, { objective: 0.2 }]);
  const seeds = rankView(input.view).map(({ row }) => row.seeds[0]!);
  const curves = new Map(
    seeds.map(({ trial }, place) => [
      trial,
      [1, 2, 3, 4].map((epoch) => epochReport(epoch, 0.9, 0.8 / epoch + place / 5, 10)),
    ]),
  );
  const plot = curvesPlot(input, seeds, curves);
  const { curves: lines } = plot.numbers as {
    curves: { rank: number; trial: string; points: { epoch: number; value: number }[] }[];
  };
  assert.deepEqual(
    lines.map(({ rank, trial }) => [rank, trial]),
    [
      [1, trialAt(1)],
      [2, trialAt(0)],
    ],
  );
  assert.deepEqual(
    lines[1]!.points.map(({ epoch, value }) => [epoch, Number((value / STD).toFixed(9))]),
    [
      [1, 1],
      [2, 0.6],
      [3, Number((0.8 / 3 + 0.2).toFixed(9))],
      [4, 0.4],
    ],
  );
  const drawn = read(plot);
  assertDrawn(drawn, [2, 0.4 * STD], 'green');
  assertDrawn(drawn, [4, 0.2 * STD], 'green');
  assertDrawn(drawn, [4, 0.4 * STD], 'cyan');
});

test('a slice names every value of its axis, and few trials are letters that are seen', () => {
  const choices = { ...SPEC, space: { optimizer: ['adam', 'rmsprop'] } };
  const view = foldEvents(
    logged([
      created({ total: 2, spec: choices }),
      ...['adam', 'rmsprop'].map((optimizer, index) =>
        finished(index, 0.3 + index / 10, { params: { optimizer } }),
      ),
    ]),
  );
  const lines = slicePlot({ view, words: objectiveWords(view) }, undefined)
    .draw({ columns: 44, rows: 14 })
    .map((line) => line.map(({ text }) => text).join(''));
  assert.match(lines[0]!, / by optimizer$/);
  assert.match(lines.at(-1)!, /adam .*rmsprop/);
  assert.equal(lines.join('').match(/•/g)?.length, 2);
  const single = foldEvents(logged([created({ total: 1, spec: { ...SPEC, space: {} } })]));
  const none = slicePlot({ view: single, words: objectiveWords(single) }, undefined);
  assert.match(none.draw(SIZE)[0]![0]!.text, /no parameter is searched/);
});

test('slices: the objective over each parameter, on the parameter’s own scale', () => {
  const made = [
    { objective: 0.5, units: 10, rate: 1e-4 },
    { objective: 0.3, units: 60, rate: 1e-3 },
    { objective: 0.4, units: 110, rate: 1e-2 },
  ];
  const plot = slicePlot(inputOf(made), undefined);
  const { slices } = plot.numbers as {
    slices: { param: string; points: { value: number; objective: number }[] }[];
  };
  assert.deepEqual(
    slices.map(({ param, points }) => [param, points.map(({ value }) => value).sort((a, b) => a - b)]),
    [
      ['units', [10, 60, 110]],
      ['rate', [1e-4, 1e-3, 1e-2]],
    ],
  );
  // Ticks of an even axis are its quarters, of a logarithmic one powers: the middle of the values is drawn over the middle.
  const texts = (param: string): string[] =>
    slicePlot(inputOf(made), param)
      .draw(SIZE)
      .map((line) => line.map(({ text }) => text).join(''));
  assert.match(texts('units').at(-1)!, /10 +35 +60 +8\d/);
  assert.match(texts('rate').at(-1)!, /0\.0001 +0\.000316 +0\.001 +0\.00316/);
  const drawn = read(slicePlot(inputOf(made), 'units'));
  assertDrawn(drawn, [10, 0.5 * STD], 'cyan');
  assertDrawn(drawn, [60, 0.3 * STD], 'cyan');
  assertDrawn(drawn, [110, 0.4 * STD], 'cyan');
});

test('parallel: a line from each value to its objective, the best tenth in green, nothing between that is not', () => {
  const made = Array.from({ length: 10 }, (_, at) => ({
    objective: 0.2 + at / 20,
    units: 10 + 10 * at,
    rate: 1e-2,
  }));
  const plot = parallelPlot(inputOf(made));
  const { params, rows } = plot.numbers as { params: string[]; rows: { objective: number }[] };
  assert.deepEqual(params, ['units', 'rate']);
  assert.deepEqual(
    rows.map(({ objective }) => Number((objective / STD).toFixed(9))),
    made.map(({ objective }) => Number(objective.toFixed(9))),
  );
  const lines = plot.draw(SIZE).slice(1, -1);
  const greenRows = (from: number, to: number): number[] =>
    lines.flatMap((line, row) => {
      let column = 0;
      return line.some(({ text, style }) => {
        const at = column;
        column += text.length;
        return style === 'green' && at + text.length > from && at < to && /[\u2801-\u28ff]/.test(text);
      })
        ? [row]
        : [];
    });
  // The best has the least of units, the most of rate and the best objective: from the bottom to the top, and along it.
  const [first, last] = [0, lines.length - 1];
  assert.ok(
    greenRows(4, 12).every((row) => row > 0.7 * last),
    'it begins at the bottom',
  );
  assert.ok(greenRows(4, 12).length > 0);
  assert.ok(
    greenRows(70, 110).every((row) => row <= first + 2),
    'and runs along the top',
  );
  assert.ok(greenRows(70, 110).length > 0);
});

test('importance: bars as long as the shares, the longest first', () => {
  const made = Array.from({ length: 40 }, (_, at) => ({
    objective: 0.2 + ((at * 7) % 40) / 100,
    units: 10 + 2 * ((at * 7) % 40),
    rate: 10 ** (-4 + ((at * 11) % 20) / 10),
  }));
  const { view } = inputOf(made);
  const insight = insightOf(view);
  const plot = importancePlot(insight);
  const { params, points } = plot.numbers as {
    params: { param: string; importance: number }[];
    points: number;
  };
  assert.equal(points, 40);
  assert.deepEqual(
    params.map(({ param, importance }) => [param, importance]),
    insight.params.map(({ param, importance }) => [param, importance]),
  );
  assert.equal(params[0]!.param, 'units');
  assert.ok(params[0]!.importance > params[1]!.importance);
  const texts = plot.draw(SIZE).map((line) => line.map(({ text }) => text).join(''));
  const bars = texts.slice(1).map((text) => [...text].filter((letter) => letter === '█').length);
  assert.match(texts[1]!, new RegExp(`^units +${(100 * params[0]!.importance).toFixed(0)} %`));
  const ratio = params[1]!.importance / params[0]!.importance;
  assert.ok(Math.abs(bars[1]! - bars[0]! * ratio) <= 1.5, `${bars} for ${ratio}`);
});

test('horizon: the error of each step in the unit, beside naive persistence over as many rows', () => {
  const bySteps = [1, 6, 24].map((horizonRows, at) => ({
    horizonRows,
    mae: 0.1 * (at + 1),
    mse: 0.01,
    baselineMae: 0.2 * (at + 1),
  }));
  const input = inputOf([{ objective: 0.2 }], { bySteps });
  const plot = horizonPlot(
    input,
    rankView(input.view).map(({ row }) => row.seeds[0]!),
  );
  const { horizons, unit } = plot.numbers as {
    horizons: { steps: { horizonRows: number; mae: number; baselineMae: number }[] }[];
    unit: string;
  };
  assert.equal(unit, '°C');
  assert.deepEqual(
    horizons[0]!.steps.map(({ horizonRows, mae, baselineMae }) => [
      horizonRows,
      Number((mae / STD).toFixed(9)),
      Number((baselineMae / STD).toFixed(9)),
    ]),
    [
      [1, 0.1, 0.2],
      [6, 0.2, 0.4],
      [24, 0.3, 0.6],
    ],
  );
  const drawn = read(plot);
  assertDrawn(drawn, [6, 0.2 * STD], 'green');
  assertDrawn(drawn, [24, 0.6 * STD], 'yellow');
  assertDrawn(drawn, [15, 0.25 * STD], 'green');
  const [said] = horizonPlot(inputOf([{ objective: 0.2 }]), []).draw(SIZE);
  assert.match(said![0]!.text, /forecast one step/);
});

test('forecast: its band between the outermost quantiles, and what share of the stretch lies within', () => {
  const truth = Float32Array.from({ length: 40 }, (_, at) => at);
  const forecast: ValidationForecast = {
    trial: trialAt(0),
    target: 'load',
    unit: null,
    synthetic: false,
    firstMs: null,
    stepMs: null,
    stride: 1,
    horizonRows: 24,
    irregularSteps: 0,
    truth,
    prediction: truth.map((value) => value + 1),
    naiveError: new Float32Array(40).fill(3),
    // The last quarter lies above its band.
    band: {
      nominal: 0.8,
      low: truth.map((value, at) => (at < 30 ? value - 5 : value - 9)),
      high: truth.map((value, at) => (at < 30 ? value + 5 : value - 1)),
    },
  };
  const plot = forecastPlot(forecast, {});
  const { band, mae, naiveMae, points } = plot.numbers as {
    band: { nominal: number; coverage: number };
    mae: number;
    naiveMae: number;
    points: { window: number; low: number; high: number }[];
  };
  assert.deepEqual(band, { nominal: 0.8, coverage: 0.75 });
  assert.deepEqual([mae, naiveMae], [1, 3]);
  assert.deepEqual(
    [points[10]!, points[35]!].map(({ window, low, high }) => [window, low, high]),
    [
      [10, 5, 15],
      [35, 26, 34],
    ],
  );
  const drawn = read(plot);
  assertDrawn(drawn, [20, 25], 'blue');
  assertDrawn(drawn, [20, 15], 'blue');
  const texts = plot.draw(SIZE).map((line) => line.map(({ text }) => text).join(''));
  assert.match(texts.at(-1)!, /80 % band covers 75 % of these windows/);
  assert.equal(
    (forecastPlot(forecast, { from: 0, windows: 30 }).numbers as { band: { coverage: number } }).band
      .coverage,
    1,
  );
});

test('confusion: a row a class, a column an answer; without room what is most often taken for another', () => {
  const confusion = [
    [50, 7, 1_203],
    [12, 30, 1],
    [0, 2, 41],
  ];
  const outputs = { classes: { macroF1: 0.71, topK: [0.7], confusion } };
  const input = inputOf([{ objective: 0.2 }], { outputs });
  const [seed] = input.view.rows[0]!.seeds;
  const plot = confusionPlot(input, seed);
  assert.deepEqual(plot.numbers, {
    trial: trialAt(0),
    labels: ['0', '1', '2'],
    macroF1: 0.71,
    confusion,
  });
  const text = (size: typeof SIZE): string[] =>
    plot.draw(size).map((line) => line.map((piece) => piece.text).join(''));
  const drawn = text(SIZE);
  assert.match(drawn[0]!, /macro F1 71\.00 %/);
  assert.deepEqual(
    drawn.slice(2, 5).map((line) => line.trim().split(/ {2,}/)),
    [
      ['0', '50', '7', '1,203'],
      ['1', '12', '30', '1'],
      ['2', '0', '2', '41'],
    ],
  );
  assert.equal(
    new Set(drawn.slice(1, 5).map(({ length }) => length)).size,
    1,
    'columns stand beneath each other',
  );
  assert.match(drawn.join('\n'), /^0 for 2: 1,203 \(95\.48 %\)\n1 for 0: 12 \(27\.91 %\)/m);
  assert.match(text({ columns: 30, rows: 10 }).join('\n'), /no room here\n.*\n0 for 2/);
  const plain = inputOf([{ objective: 0.2 }]);
  for (const [of, one, said] of [
    [input, undefined, 'the trial has no result'],
    [plain, plain.view.rows[0]!.seeds[0], 'the trial does not tell classes apart'],
  ] as const)
    assert.deepEqual(confusionPlot(of, one).draw(SIZE), [[{ text: said, style: 'dim' }]]);
});
