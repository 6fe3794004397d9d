// What `sweep reproduce` does: runs a chapter's sweep file that ships with the product, then writes its report.
import { resolve } from 'node:path';
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { asSweepError, SweepError } from '../../errors.js';
import { CHAPTERS, type Chapter } from '../../report/published-figures.js';
import type { SweepText } from '../../sweep-file/parse.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import type { CliContext } from '../context.js';
import { sweepFile } from '../options/packaged-sweeps.js';
import { prepareFor, readSweepFile } from '../options/sweep-file.js';
import { makeReportFolder, printReport, refuseOthersReport, writeReport } from '../report/write-report.js';
import { printEnd, type ReadyStudy, type StartOptions, withStudy } from '../start/run.js';
import { exitCodeOf } from '../terminal/print-study.js';

const HOURLY = 'chapter6-jena-hourly';

export interface ReproduceOptions extends Omit<StartOptions, 'continue' | 'detach' | 'maxTrials'> {
  readonly output?: string;
  readonly force?: boolean;
}

export async function reproduceChapter(
  context: CliContext,
  name: string,
  options: ReproduceOptions,
): Promise<number> {
  // The command takes no other names.
  const chapter = CHAPTERS[name]!;
  const file = sweepFile(name);
  const sweep = await readSweepFile(file, options);
  const dataset = await prepareChapter(context, name, sweep, options);
  const folder = resolve(context.directory, options.output ?? `reproduce-${name}`);
  const isForced = options.force === true;
  const departures = departuresOf(chapter, sweep.spec, dataset, options);
  const start: StartOptions = { ...options, continue: true };
  const checkFolder = (goingOn: string | null): void => {
    if (!isForced) refuseOthersReport(folder, goingOn);
    makeReportFolder(folder);
  };
  const work = async ({ bus, run }: ReadyStudy): Promise<number> => {
    const view = await run();
    if (view.state !== 'complete') {
      const exitCode = printEnd(context, view, options);
      if (view.state === 'interrupted')
        context.stderr.write('or repeat this command: it goes on, and writes the report\n');
      return exitCode;
    }
    const written = await writeReport(context, bus, view, { folder, isForced, chapter, departures });
    printReport(context, written, options);
    return exitCodeOf(view);
  };
  return withStudy(context, { ...sweep, dataset }, start, work, checkFolder);
}

/** The data, or an error that leads to the sweep file that goes with it. */
async function prepareChapter(
  context: CliContext,
  name: string,
  sweep: SweepText,
  options: ReproduceOptions,
): Promise<DatasetMetadata | null> {
  const { data } = options;
  try {
    return await prepareFor(context, sweep, options.quiet === true);
  } catch (thrown) {
    const error = asSweepError(thrown);
    const isTooShort = name === 'chapter6-jena' && data !== undefined && error.code === 'DATASET_TOO_SHORT';
    const isMissing = name === HOURLY && data === undefined && error.code === 'DATASET_NOT_FOUND';
    if (!isTooShort && !isMissing) throw error;
    const hint = isTooShort
      ? `a series of one row an hour goes with: sweep reproduce ${HOURLY} --data ${data}`
      : `name the hourly series: sweep reproduce ${HOURLY} --data FILE`;
    throw new SweepError(error.code, error.message, { path: error.path, hint, cause: error });
  }
}

/** Why what comes out cannot be compared with what the chapter published. */
function departuresOf(
  chapter: Chapter,
  spec: SweepSpec,
  dataset: DatasetMetadata | null,
  { set }: ReproduceOptions,
): string[] {
  const source = dataset?.source.name ?? 'none';
  const step = dataset?.time?.stepSeconds;
  return [
    ...(dataset?.source.synthetic === true ? [`the data are a generated stand-in, ${source}`] : []),
    ...(chapter.departure === null ? [] : [chapter.departure]),
    ...(dataset?.source.synthetic === true || chapter.sources.includes(source)
      ? []
      : [`the data are ${source}, not the chapter’s own file`]),
    ...(chapter.departure === null && step !== undefined && step !== chapter.stepSeconds
      ? [`rows are ${step} s apart, the chapter’s ${chapter.stepSeconds} s`]
      : []),
    ...(spec.profile === undefined
      ? []
      : [`the profile ${spec.profile} replaces part of the chapter’s training`]),
    ...(set ?? []).map((change) => `changed by --set ${change}`),
  ];
}
