// The table of a report and the lines around it, as text cells: what Markdown and HTML both print.

import { syntheticWarning } from '../leaderboard/synthetic-warning.js';
import { explainReason } from '../statistics/interval-reason.js';
import { describeMetric, TASKS, taskOfTest } from '../task/registry.js';
import type { Task } from '../task/task.js';
import {
  formatCount,
  formatInterval,
  formatObjective,
  formatUnits,
  spreadOf,
  unitSign,
} from '../wording/figures.js';
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
  if (report.publishedUnit === null) return [value];
  const inUnit: Column = {
    head: `published ${report.publishedUnit}${doubt}`,
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
    ...(report.metric === taskOfReport(report)?.metrics[0].name && sign !== ''
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
    ...(hasWeights(report)
      ? [
          {
            head: 'weights',
            cell: ({ parameters }: Experiment) => (parameters === null ? DASH : formatCount(parameters)),
          },
        ]
      : []),
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

function taskOfReport({ data }: StudyReport): Task | null {
  return data.task === null ? null : TASKS[data.task];
}

function metricOf(report: StudyReport): { name: string; cellOf(value: number): string } {
  const { metric, experiments, baseline } = report;
  const objectives = spreadOf([...experiments.map(({ objective }) => objective), baseline]);
  const { title, format } = describeMetric(taskOfReport(report), metric);
  return { name: title, cellOf: (value) => format(value, objectives) };
}

/** With the digits that were published, no more. */
function asPublished(value: number, report: StudyReport): string {
  return report.publishedUnit === null ? metricOf(report).cellOf(value) : String(value);
}

function formatSeconds(seconds: number | null): string {
  if (seconds === null) return DASH;
  return seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0);
}

/** What a reader must know before the figures. */
export function warningsOf(report: StudyReport): string[] {
  const { data, departures, isOfChapter, state } = report;
  const task = taskOfReport(report);
  return [
    ...(data.synthetic && task !== null ? [syntheticWarning(data.source, task)] : []),
    ...(state === 'complete' ? [] : [`The study did not end: it is ${state}. Experiments may be missing.`]),
    ...(isOfChapter && departures.length > 0
      ? [`Published figures are not comparable: ${departures.join('; ')}.`]
      : []),
  ];
}

/** Programs have none of ours. */
export function hasWeights({ experiments }: StudyReport): boolean {
  return experiments.some(({ parameters }) => parameters !== null);
}

/** What the study was made of. */
export function factsOf(report: StudyReport): string[] {
  const { study, sweep, profile, data, version, engine } = report;
  const chosen = profile === null ? '' : `, profile ${printable(profile)}`;
  const learnt = data.task === null ? '' : `; data ${printable(data.source)} (${data.digest.slice(0, 12)})`;
  const by = data.task === null ? '' : `, engine ${engine}`;
  return [
    `Study ${printable(study)} of ${printable(sweep)}${chosen}${learnt}; sweep ${printable(version)}${by}.`,
  ];
}

/** Below the table. */
export function notesOf(report: StudyReport): string[] {
  const { baseline, experiments, failed } = report;
  const { cellOf, name } = metricOf(report);
  const words = taskOfReport(report)?.words;
  // A program that only answers has none.
  const cached = experiments.filter(
    ({ curve, epochs }) => curve === null && (report.data.task !== null || epochs > 1),
  );
  const notes = experiments.flatMap(({ name: experiment, published }) =>
    published === null
      ? []
      : [
          `${printable(experiment)}: ${published.source}${published.bestEpoch === null ? '' : `, epoch ${published.bestEpoch}`}${published.note === undefined ? '' : `; ${published.note}`}.`,
        ],
  );
  return [
    ...judgedLine(report),
    ...(baseline === null || words === undefined || experiments.some(isUntrained)
      ? []
      : [`${capitalised(words.commonSense)} on the same validation samples: ${name} ${cellOf(baseline)}.`]),
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
    report.data.task === null
      ? 'Seconds an epoch are the median, while other trials may share the machine.'
      : 'A best epoch is chosen on the validation samples: its value flatters. Seconds an epoch are the median, evaluation included, while other trials may share the machine.',
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
function horizonsOf({ experiments }: StudyReport): Pick<Experiment, 'horizonRows' | 'baseline'>[] {
  const known = new Map(
    experiments
      .filter(({ baseline }) => baseline !== null)
      .map(({ horizonRows, baseline }) => [`${horizonRows}:${baseline}`, { horizonRows, baseline }]),
  );
  return [...known.values()].sort((left, right) => (left.horizonRows ?? 0) - (right.horizonRows ?? 0));
}

/** Why experiments have no interval, each cause once. */
function intervalLines(report: StudyReport): string[] {
  const { experiments } = report;
  const samples = taskOfReport(report)?.words.samples;
  const reasons = new Set(experiments.flatMap(({ objectiveIntervalReason: reason }) => reason ?? []));
  // Of those that were stopped early nobody looks for one.
  const isOfAll =
    reasons.size === 1 && experiments.every(({ objectiveInterval }) => objectiveInterval === null);
  return [...reasons].map((reason) => {
    const without = experiments.filter(({ objectiveIntervalReason }) => objectiveIntervalReason === reason);
    const names = without.map(({ name }) => printable(name)).join(', ');
    return `No 95 % interval of ${isOfAll ? 'any experiment' : names}: ${explainReason(reason, samples)}.`;
  });
}

export function testLines({ test, unit, finalistNotes }: StudyReport): string[] {
  if (test === null) return [];
  const trial = test.trial.slice(0, 8);
  const task = taskOfTest(test);
  const told = task.describeTest(test, unit);
  return [
    `Test set: the best experiment (trial ${trial}) has ${told.result} on ${told.samples}; ${task.words.commonSense} ${told.baseline}, ${told.pValue}.`,
    ...finalistNotes.map((note) => `${capitalised(note)}.`),
  ];
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
