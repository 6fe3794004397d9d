// `sweep export --format`: all trials of a study in a form that other programs read, to a file or standard output.
import { join } from 'node:path';
import { formatLine } from '../../leaderboard/leaderboard-csv.js';
import { optunaJournal } from '../../report/exports/optuna-journal.js';
import { markdownLines, trialTable } from '../../report/exports/trial-table.js';
import type { Space } from '../../search/space/dimension.js';
import { objectiveOf, StudyFold } from '../../study/fold.js';
import { headerOf, type StudyHeader } from '../../study/study-view.js';
import type { Objective } from '../../study/trial/trial.js';
import { type TrialRecord, TrialRecords } from '../../study/trial/trial-records.js';
import { countOf } from '../../wording/plural.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { refuseIncompleteLog, withBus } from '../read-study.js';

export interface ExportedStudy {
  readonly header: StudyHeader;
  readonly objective: Objective;
  readonly trials: readonly TrialRecord[];
}

export const TRIAL_FORMATS = {
  'optuna-journal': ({ header, objective, trials }: ExportedStudy) =>
    optunaJournal(
      {
        study: header.study,
        direction: objective.direction,
        metric: objective.metric,
        space: spaceOf(header),
        about: { program: header.version, engine: header.engine, dataset: header.dataset },
      },
      trials,
    ),
  csv: function* ({ trials }: ExportedStudy) {
    const { head, rows } = trialTable(trials);
    yield formatLine(head);
    for (const row of rows) yield formatLine(row);
  },
  json: function* ({ trials }: ExportedStudy) {
    for (const trial of trials) yield `${JSON.stringify(trial)}\n`;
  },
  markdown: ({ trials }: ExportedStudy) => markdownLines(trialTable(trials)),
} as const;
export type TextFormat = keyof typeof TRIAL_FORMATS;

/** Formats that need a place to go to. */
export const PLACED_FORMATS = ['parquet', 'tensorboard', 'mlflow-rest'] as const;
type PlacedFormat = (typeof PLACED_FORMATS)[number];
export type TrialFormat = TextFormat | PlacedFormat;

export function isPlaced(format: TrialFormat): format is PlacedFormat {
  return PLACED_FORMATS.some((one) => one === format);
}

/** Writes to the place, and says what came of it. `write`: a file, whole or not at all. */
export async function placeTrials(
  { header, objective, trials }: ExportedStudy,
  format: PlacedFormat,
  place: string,
  write: (path: string, bytes: Uint8Array) => void,
): Promise<string> {
  switch (format) {
    case 'parquet': {
      const { encodeParquet } = await import('../../dataset/sources/table/write-parquet.js');
      const { head, rows } = trialTable(trials);
      write(place, await encodeParquet(head, rows));
      return `${countOf(trials.length, 'trial')} in ${place}`;
    }
    case 'tensorboard': {
      const { tensorboardFiles } = await import('../../report/exports/tensorboard-files.js');
      let files = 0;
      for (const { path, bytes } of tensorboardFiles(
        { study: header.study, metric: objective.metric },
        trials,
      )) {
        write(join(place, path), bytes);
        files += 1;
      }
      return `${countOf(files, 'event file')} in ${place}: tensorboard --logdir ${place}`;
    }
    case 'mlflow-rest': {
      const { trackTrials } = await import('../../report/exports/mlflow-rest.js');
      const about = { study: header.study, metric: objective.metric, program: header.version };
      const { made, known, experimentId } = await trackTrials(place, about, trials);
      const before = known === 0 ? '' : `; ${known} were there already`;
      return `${countOf(made, 'run')} in experiment ${experimentId} of ${place}${before}`;
    }
  }
}

export function describeTrials(exported: ExportedStudy, format: TextFormat): string {
  return [...TRIAL_FORMATS[format](exported)].join('');
}

/** Throws EVENT_LOG_CORRUPT when ends of trials are missing. */
export async function readTrials(
  context: CliContext,
  argument: string,
  flags: BusFlags,
): Promise<ExportedStudy> {
  return withBus(context, flags, async (bus) => {
    const { study } = await findStudy(bus, argument);
    const fold = new StudyFold();
    const records = new TrialRecords();
    for await (const logged of bus.events(study)) {
      fold.apply(logged);
      records.add(logged);
    }
    refuseIncompleteLog(fold.view, study);
    const header = headerOf(fold.view);
    const objective = objectiveOf(header) ?? {
      metric: 'objective',
      direction: header.direction,
      epoch: 'best',
    };
    return { header, objective, trials: records.list(objective) };
  });
}

function spaceOf({ spec }: StudyHeader): Space {
  return (spec as { readonly space?: Space }).space ?? {};
}
