// Each trial's objective in the order of the search, the best so far, and common sense. Pure.
import { drawChart } from '../terminal/chart/chart.js';
import { wholeTicks } from '../terminal/chart/ticks.js';
import { span } from '../terminal/screen/styled-line.js';
import { baselinesOf, type DrawnPlot, objectiveRange, type PlotInput, rowsOf } from './plot.js';

export function historyPlot(input: PlotInput): DrawnPlot {
  const { view, words } = input;
  const direction = view.header?.direction ?? 'minimize';
  const sign = direction === 'minimize' ? 1 : -1;
  const trials = rowsOf(view)
    .flatMap(({ seeds, state }) => seeds.map((seed) => ({ ...seed, state })))
    .sort((left, right) => left.index - right.index)
    .map(({ trial, index, state, result }) => ({
      trial,
      index,
      state: result.state === 'PRUNED' ? result.state : state,
      objective: result.objective * words.scale,
    }));
  let best: number | null = null;
  const bestSoFar = trials.flatMap(({ index, state, objective, trial }) => {
    if (state !== 'COMPLETE' || (best !== null && sign * objective >= sign * best)) return [];
    best = objective;
    return [{ trial, index, objective }];
  });
  const baselines = baselinesOf(input);
  return {
    numbers: { unit: words.unit, trials, bestSoFar, baselines },
    draw(size) {
      if (trials.length === 0) return [[span('no trial has ended yet', 'dim')]];
      const values = trials.map(({ objective }) => objective);
      const yRange = objectiveRange(values, direction, [
        ...baselines.map(({ value }) => value),
        ...bestSoFar.slice(-1).map(({ objective }) => objective),
      ]);
      const within = (value: number): number => Math.max(yRange.low, Math.min(yRange.high, value));
      const dots = (isWanted: (state: string) => boolean) =>
        trials
          .filter(({ state }) => isWanted(state))
          .map(({ index, objective }) => [index + 1, within(objective)] as const);
      const last = trials.at(-1)!.index + 1;
      const beyond = values.filter((value) => value !== within(value)).length;
      const steps = bestSoFar.map(({ index, objective }) => [index + 1, within(objective)] as const);
      const stopped = dots((state) => state !== 'COMPLETE');
      return [
        ...drawChart({
          xTitle: 'trial',
          yTitle: words.title,
          series: [
            ...(stopped.length === 0
              ? []
              : [{ name: 'stopped', style: 'dim' as const, isDots: true, mark: '×', points: stopped }]),
            { name: 'trial', style: 'cyan', isDots: true, points: dots((state) => state === 'COMPLETE') },
            {
              name: 'best so far',
              style: 'green',
              isStepped: true,
              points: [...steps, ...steps.slice(-1).map(([, value]) => [last, value] as const)],
            },
          ],
          marks: baselines,
          xRange: { low: 0, high: Math.max(2, last) },
          yRange,
          xTicks: wholeTicks,
          size,
        }),
        ...(beyond === 0 ? [] : [[span(`${beyond} beyond the edge`, 'dim')]]),
      ];
    },
  };
}
