// `sweep export --format`: all trials of a study in a form that other programs read, to a file, a folder, standard output or a
// server.
import { formatLine } from '../../leaderboard/leaderboard-csv.js';
import { sendToMlflow } from '../../report/exports/mlflow.js';
import { optunaJournal } from '../../report/exports/optuna-journal.js';
import { encodeParquet } from '../../report/exports/parquet.js';
import { type LogFile, tensorboardFiles } from '../../report/exports/tensorboard.js';
import { markdownLines, trialTable } from '../../report/exports/trial-table.js';
import type { Space } from '../../search/space/dimension.js';
import { objectiveOf, StudyFold } from '../../study/fold.js';
import { headerOf, type StudyHeader } from '../../study/study-view.js';
import type { Objective } from '../../study/trial/trial.js';
import { type TrialRecord, TrialRecords } from '../../study/trial/trial-records.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { refuseIncompleteLog, withBus } from '../read-study.js';

interface ExportedStudy {
  readonly header: StudyHeader;
  readonly objective: Objective;
  readonly trials: readonly TrialRecord[];
}

/** What a format makes of a study, by where it goes. */
export type Exported =
  | { readonly kind: 'text'; readonly lines: Iterable<string> }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'folder'; readonly files: Iterable<LogFile> }
  | {
      readonly kind: 'server';
      readonly send: (url: string, authorization: string | null) => Promise<string>;
    };

export const TRIAL_FORMATS = {
  'optuna-journal': ({ header, objective, trials }: ExportedStudy) =>
    textOf(
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
    ),
  csv: ({ trials }: ExportedStudy) => {
    const { head, rows } = trialTable(trials);
    return textOf([head, ...rows].map(formatLine));
  },
  json: ({ trials }: ExportedStudy) => textOf(trials.map((trial) => `${JSON.stringify(trial)}\n`)),
  markdown: ({ trials }: ExportedStudy) => textOf(markdownLines(trialTable(trials))),
  parquet: async ({ trials }: ExportedStudy): Promise<Exported> => ({
    kind: 'bytes',
    bytes: await encodeParquet(trials),
  }),
  tensorboard: ({ header, objective, trials }: ExportedStudy): Exported => ({
    kind: 'folder',
    files: tensorboardFiles({ study: header.study, metric: objective.metric }, trials),
  }),
  'mlflow-rest': ({ header, trials }: ExportedStudy): Exported => ({
    kind: 'server',
    send: async (url, authorization) => {
      const { runs, known } = await sendToMlflow({ url, authorization }, header.study, trials);
      return `${runs} runs sent to experiment sweep/${header.study} at ${url}${known > 0 ? `, which had ${known}` : ''}`;
    },
  }),
} as const satisfies Record<string, (study: ExportedStudy) => Exported | Promise<Exported>>;
export type TrialFormat = keyof typeof TRIAL_FORMATS;

/** Throws EVENT_LOG_CORRUPT when ends of trials are missing. */
export async function describeTrials(
  context: CliContext,
  argument: string,
  format: TrialFormat,
  flags: BusFlags,
): Promise<Exported> {
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
    return TRIAL_FORMATS[format]({ header, objective, trials: records.list(objective) });
  });
}

function textOf(lines: Iterable<string>): Exported {
  return { kind: 'text', lines };
}

function spaceOf({ spec }: StudyHeader): Space {
  return (spec as { readonly space?: Space }).space ?? {};
}
