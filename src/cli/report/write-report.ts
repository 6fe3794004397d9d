// Writing the report of a study: reads its curves and, of a series, its data, and puts three files into a folder.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Bus } from '../../bus/bus.js';
import { openStudyDataset } from '../../coordinator/archive/study-data.js';
import { readTrialCurves } from '../../coordinator/archive/trial-curves.js';
import type { MappedDataset } from '../../dataset/dataset.js';
import { outlineColumn } from '../../dataset/series/column-outline.js';
import { parseTimestamp } from '../../dataset/sources/csv/times/time-stamps.js';
import { asSweepError, SweepError } from '../../errors.js';
import { rankView } from '../../leaderboard/ranking.js';
import { makeDirectories } from '../../make-directories.js';
import { studyPageHtml } from '../../report/page/study-page.js';
import type { Chapter } from '../../report/published-figures.js';
import { reportHtml } from '../../report/report-html.js';
import { reportMarkdown } from '../../report/report-markdown.js';
import { SERIES_PIXELS, type SeriesPlot } from '../../report/series-chart.js';
import { describeReport, type StudyReport } from '../../report/study-report.js';
import { headerOf, type StudyView } from '../../study/study-view.js';
import { reviveSweepSpec } from '../../sweep-file/sweep-spec.js';
import { taskOfData } from '../../task/registry.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { createCliLogger } from '../terminal/cli-logger.js';
import { interruptible } from '../terminal/interruptible.js';
import { gatherPage } from './gather-page.js';
import { printPdf } from './print-pdf.js';

/** Of more target columns the others are not drawn. */
const MOST_COLUMNS = 8;
/** Few enough that diurnal cycles can be told apart. */
const CLOSE_DAYS = 20;
const DAY_SECONDS = 86_400;

const REPORT_FILES = ['report.md', 'report.json', 'report.html'] as const;

export interface WrittenReport {
  readonly report: StudyReport;
  readonly markdown: string;
  readonly files: readonly string[];
}

export interface ReportOptions {
  readonly folder: string;
  /** The report of another study in the folder is overwritten. */
  readonly isForced: boolean;
  /** null: a study of the reader's own, without published figures. */
  readonly chapter: Chapter | null;
  readonly departures: readonly string[];
  /** As PDF as well. */
  readonly isPrinted?: boolean;
}

/** Makes the folder, so that hours of training do not end in an error. Throws USAGE. */
export function makeReportFolder(folder: string): void {
  try {
    makeDirectories(folder);
  } catch (thrown) {
    throw new SweepError('USAGE', `cannot make the folder ${folder}: ${asSweepError(thrown).message}`, {
      hint: 'name another one with -o',
      cause: thrown,
    });
  }
}

export async function writeReport(
  context: CliContext,
  bus: Bus,
  view: StudyView,
  { folder, isForced, chapter, departures, isPrinted }: ReportOptions,
): Promise<WrittenReport> {
  // The one of several seeds that stands for the row.
  const seeds = rankView(view).flatMap(({ row }) => row.seeds.filter(({ trial }) => trial === row.trial));
  const curves = await readTrialCurves(bus, headerOf(view).study, seeds);
  const report = describeReport({ view, curves, chapter, departures });
  const plots = await plotData(context, bus, view);
  const markdown = reportMarkdown(report);
  const texts = {
    'report.md': markdown,
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'report.html':
      chapter === null
        ? studyPageHtml(await gatherPage(context, bus, view, report, plots))
        : reportHtml(report, plots),
  };
  if (!isForced) refuseOthersReport(folder, report.study);
  makeReportFolder(folder);
  const files = Object.entries(texts).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  if (isPrinted === true) {
    const pdf = join(folder, 'report.pdf');
    await printPdf(join(folder, 'report.html'), pdf, context.searchPath);
    files.push(pdf);
  }
  return { report, markdown, files };
}

/** A folder may hold an older report of the same study (null: of none), of no other one. Throws USAGE. */
export function refuseOthersReport(folder: string, study: string | null): void {
  const path = join(folder, 'report.json');
  const isTaken = REPORT_FILES.some((name) => existsSync(join(folder, name)));
  if (!isTaken) return;
  const owner = studyOfReport(path);
  if (owner !== null && owner === study) return;
  throw new SweepError(
    'USAGE',
    `${folder} holds ${owner === null ? 'a report that is of no study of sweep' : `the report of study ${owner}`}`,
    { hint: 'name another folder with -o, or overwrite it with --force' },
  );
}

function studyOfReport(path: string): string | null {
  try {
    const { study } = JSON.parse(readFileSync(path, 'utf8')) as { readonly study?: unknown };
    return typeof study === 'string' ? study : null;
  } catch {
    // Damaged or foreign: nobody's report.
    return null;
  }
}

/** The table, or with `--json` the document; where the files are. */
export function printReport(
  context: CliContext,
  { report, markdown, files }: WrittenReport,
  options: { readonly json?: boolean },
): void {
  context.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : markdown);
  for (const file of files) context.stderr.write(`wrote ${printable(relative(context.directory, file))}\n`);
}

/** The plots of a series: all of its target, and the first days. Several have no one line. */
async function plotData(context: CliContext, bus: Bus, view: StudyView): Promise<SeriesPlot[]> {
  const header = headerOf(view);
  if (header.dataset === null || !taskOfData(header.dataset).hasPlots) return [];
  const { dataset: spec } = reviveSweepSpec(header.spec);
  const info = header.dataset;
  const dataset = await interruptible(context, (signal) =>
    openStudyDataset(bus, context.cacheDirectory, info, spec, createCliLogger(context), signal),
  );
  try {
    if (dataset.metadata.series !== undefined) return [];
    const { time, rows } = dataset.metadata;
    const closeRows =
      time === null ? rows : Math.min(rows, Math.round((CLOSE_DAYS * DAY_SECONDS) / time.stepSeconds));
    const { target, targets } = header.dataset;
    const columns = targets?.slice(0, MOST_COLUMNS).map(({ name }) => name) ?? [target];
    return columns.flatMap((column) => [
      plotRows(dataset, column, rows, 'the whole series'),
      ...(closeRows < rows ? [plotRows(dataset, column, closeRows, `the first ${CLOSE_DAYS} days`)] : []),
    ]);
  } finally {
    dataset.close();
  }
}

/** The first `rows` rows of the target. */
function plotRows(dataset: MappedDataset, target: string, rows: number, what: string): SeriesPlot {
  const { time, columns, rows: all } = dataset.metadata;
  const column = columns.findIndex(({ name }) => name === target);
  const first = time === null ? Number.NaN : parseTimestamp(time.first);
  const end = time === null ? Number.NaN : parseTimestamp(time.last);
  const isTime = Number.isFinite(first) && Number.isFinite(end);
  // Gaps shift rows against the clock: the whole series ends at its last time stamp, a part of it by the usual step.
  const last = rows === all || time === null ? end : first + (rows - 1) * time.stepSeconds;
  return {
    title: `${target}: ${what}`,
    label: target,
    from: isTime ? first * 1000 : 0,
    to: isTime ? last * 1000 : rows - 1,
    isTime,
    ...outlineColumn(dataset, column, { start: 0, end: rows }, SERIES_PIXELS),
  };
}
