// The table of a report and the lines around it, as text cells: what Markdown and HTML both print.

import {
  describeInterval,
  describePValue,
  formatCount,
  formatInterval,
  formatObjective,
  formatPercent,
  formatPValue,
  formatUnits,
  formatWindows,
  spreadOf,
  syntheticWarning,
  unitSign,
  withUnit,
} from '../leaderboard/table-format.js';
import { explainReason } from '../statistics/interval-reason.js';
import { isClassifierTest } from '../study/events.js';
import { countOf } from '../wording/plural.js';
import { printable } from '../wording/printable.js';
import { type Experiment, isUntrained, type StudyReport } from './study-report.js';

const DASH = '–';

export interface ReportTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface Column {
  readonly head: string;
  cell(experiment: Experiment): string;
}

export function experimentTable(report: StudyReport): ReportTable {
  const columns = [
    { head: 'experiment', cell: nameCell },
    ...publishedColumns(report),
    ...ownColumns(report),
    ...timeColumns(report),
  ];
  return {
    head: columns.map(({ head }) => head),
    rows: report.experiments.map((experiment) => columns.map(({ cell }) => cell(experiment))),
  };
}

function nameCell({ name, state }: Experiment): string {
  return `${printable(name)}${state === 'COMPLETE' ? '' : ` (${state.toLowerCase()})`}`;
}

function publishedColumns(report: StudyReport): Column[] {
  if (!report.isOfChapter) return [];
  const doubt = report.departures.length === 0 ? '' : ' (not comparable)';
  const { name } = metricOf(report);
  const value: Column = {
    head: `published ${name}${doubt}`,
    cell: ({ published }) => (published === null ? DASH : asPublished(published.value, report)),
  };
  if (report.data.isReviews) return [value];
  const inUnit: Column = {
    head: `published °C${doubt}`,
    cell: ({ published }) => formatUnits(published?.units ?? null),
  };
  return [value, inUnit];
}

function ownColumns(report: StudyReport): Column[] {
  const { cellOf, name } = metricOf(report);
  const sign = unitSign(report.unit);
  const errors = spreadOf(report.experiments.map(({ objectiveUnits }) => objectiveUnits));
  return [
    { head: report.isOfChapter ? `our ${name}` : name, cell: ({ objective }) => cellOf(objective) },
    { head: '95 % interval', cell: ({ objectiveInterval }) => formatInterval(objectiveInterval, cellOf) },
    ...(report.metric === 'validationMae' && sign !== ''
      ? [
          {
            head: report.isOfChapter ? `our ${sign}` : sign,
            cell: ({ objectiveUnits }: Experiment) => formatUnits(objectiveUnits, errors),
          },
          {
            head: `95 % interval, ${sign}`,
            cell: ({ intervalUnits }: Experiment) =>
              formatInterval(intervalUnits, (value) => formatUnits(value, errors)),
          },
        ]
      : []),
    ...(horizonsOf(report).length < 2
      ? []
      : [{ head: 'naive MAE', cell: ({ baseline }: Experiment) => formatObjective(baseline) }]),
    { head: 'weights', cell: ({ parameters }) => formatCount(parameters) },
    {
      head: 'best epoch',
      cell: (experiment) =>
        isUntrained(experiment) ? DASH : `${experiment.bestEpoch} of ${experiment.epochs}`,
    },
  ];
}

function timeColumns({ isOfChapter, departures }: StudyReport): Column[] {
  const own: Column = { head: 's an epoch', cell: ({ secondsPerEpoch }) => formatSeconds(secondsPerEpoch) };
  if (!isOfChapter) return [own];
  const doubt = departures.length === 0 ? '' : ' (not comparable)';
  return [
    {
      head: `published s an epoch${doubt}`,
      cell: ({ published }) => String(published?.secondsPerEpoch ?? DASH),
    },
    own,
    ...(departures.length === 0
      ? [
          {
            head: 'times as fast',
            cell: ({ timeRatio }: Experiment) =>
              timeRatio === null ? DASH : timeRatio.toFixed(timeRatio < 10 ? 1 : 0),
          },
        ]
      : []),
  ];
}

function metricOf({ metric, experiments, baseline }: StudyReport): {
  name: string;
  cellOf(value: number): string;
} {
  const objectives = spreadOf([...experiments.map(({ objective }) => objective), baseline]);
  const cellOf = (value: number): string => formatObjective(value, objectives);
  switch (metric) {
    case 'validationAccuracy':
      return { name: 'accuracy %', cellOf: formatPercent };
    case 'validationMae':
      return { name: 'MAE', cellOf };
    default:
      return { name: printable(metric), cellOf };
  }
}

/** With the digits that were published, no more. */
function asPublished(value: number, { metric }: StudyReport): string {
  return metric === 'validationAccuracy' ? formatPercent(value) : String(value);
}

function formatSeconds(seconds: number | null): string {
  if (seconds === null) return DASH;
  return seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0);
}

/** What a reader must know before the figures. */
export function warningsOf(report: StudyReport): string[] {
  const { data, departures, isOfChapter, state } = report;
  return [
    ...(data.synthetic ? [syntheticWarning(data.source, data.isReviews)] : []),
    ...(state === 'complete' ? [] : [`The study did not end: it is ${state}. Experiments may be missing.`]),
    ...(isOfChapter && departures.length > 0
      ? [`Published figures are not comparable: ${departures.join('; ')}.`]
      : []),
  ];
}

/** Of what the study was made. */
export function factsOf(report: StudyReport): string[] {
  const { study, sweep, profile, data, version, engine } = report;
  const chosen = profile === null ? '' : `, profile ${printable(profile)}`;
  return [
    `Study ${printable(study)} of ${printable(sweep)}${chosen}; data ${printable(data.source)} (${data.digest.slice(0, 12)}); sweep ${printable(version)}, engine ${engine}.`,
  ];
}

/** Below the table. */
export function notesOf(report: StudyReport): string[] {
  const { baseline, data, experiments, failed } = report;
  const { cellOf, name } = metricOf(report);
  const common = data.isReviews ? 'Always answering with the commoner label' : 'Naive persistence';
  const cached = experiments.filter(({ curve }) => curve === null);
  const notes = experiments.flatMap(({ name: experiment, published }) =>
    published === null
      ? []
      : [
          `${printable(experiment)}: ${published.source}${published.bestEpoch === null ? '' : `, epoch ${published.bestEpoch}`}${published.note === undefined ? '' : `; ${published.note}`}.`,
        ],
  );
  return [
    ...judgedLine(report),
    ...(baseline === null || experiments.some(isUntrained)
      ? []
      : [`${common} on the same validation samples: ${name} ${cellOf(baseline)}.`]),
    ...horizonsOf(report).flatMap(({ horizonRows, baseline }, _, all) =>
      all.length < 2
        ? []
        : [
            `Naive persistence${horizonRows === null ? '' : ` ${countOf(horizonRows, 'row')} ahead`} on the same validation samples: MAE ${formatObjective(baseline)}.`,
          ],
    ),
    ...intervalLines(report),
    ...testLines(report),
    ...failed.map(({ name: experiment, reason }) => `FAILED ${printable(experiment)}: ${printable(reason)}`),
    ...(cached.length === 0
      ? []
      : [
          `No curve of ${cached.map((experiment) => printable(experiment.name)).join(', ')}: the log that held it is gone.`,
        ]),
    'A best epoch is chosen on the validation samples: its value flatters. Seconds an epoch are the median, evaluation included, while other trials may share the machine.',
    ...(report.notebooks === null ? [] : [`Published figures, from ${report.notebooks}:`, ...notes]),
  ];
}

function judgedLine({ experiments }: StudyReport): string[] {
  const counts = experiments.flatMap(({ validationWindows }) => validationWindows ?? []);
  if (counts.length === 0) return [];
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return [
    least === most
      ? `All experiments are judged on the same ${formatCount(least)} validation windows.`
      : `Experiments were judged on ${formatCount(least)} to ${formatCount(most)} validation windows, not all on the same ones: the study is of an older version.`,
  ];
}

/** The problems of a series: one a horizon, the nearest first. */
function horizonsOf({ data, experiments }: StudyReport): Pick<Experiment, 'horizonRows' | 'baseline'>[] {
  if (data.isReviews) return [];
  const known = new Map(
    experiments
      .filter(({ baseline }) => baseline !== null)
      .map(({ horizonRows, baseline }) => [`${horizonRows}:${baseline}`, { horizonRows, baseline }]),
  );
  return [...known.values()].sort((left, right) => (left.horizonRows ?? 0) - (right.horizonRows ?? 0));
}

/** Why experiments have no interval, each cause once. */
function intervalLines({ experiments, data }: StudyReport): string[] {
  const reasons = new Set(experiments.map(({ objectiveIntervalReason }) => objectiveIntervalReason));
  return [...reasons].flatMap((reason) => {
    if (reason === null) return [];
    const without = experiments.filter(({ objectiveIntervalReason }) => objectiveIntervalReason === reason);
    const names = without.map(({ name }) => printable(name)).join(', ');
    return [
      `No 95 % interval of ${without.length === experiments.length ? 'any experiment' : names}: ${explainReason(reason, data.isReviews ? 'reviews' : 'windows')}.`,
    ];
  });
}

function testLines({ test, unit, finalistNotes }: StudyReport): string[] {
  if (test === null) return [];
  const further = finalistNotes.map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`);
  const trial = test.trial.slice(0, 8);
  if (isClassifierTest(test))
    return [
      `Test set: the best experiment (trial ${trial}) has accuracy ${formatPercent(test.testAccuracy)} % (95 % interval ${formatInterval(test.interval, formatPercent)}) on ${formatCount(test.reviews)} reviews; the commoner label ${formatPercent(test.baselineTestAccuracy)} %, ${formatPValue(test.pValueVersusBaseline)}.`,
      ...further,
    ];
  const inUnit = (value: number): string => withUnit(formatUnits(value), unit);
  return [
    `Test set: the best experiment (trial ${trial}) has MAE ${inUnit(test.testMaeUnits)} (${describeInterval(test, formatUnits)}) on ${formatWindows(test.windows)}; naive persistence ${inUnit(test.baselineTestMaeUnits)}, ${describePValue(test)}.`,
    ...further,
  ];
}
