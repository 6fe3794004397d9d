// `sweep export --format`: all trials of a study in a form that other programs read, to a file or standard output.
import { formatLine } from '../../leaderboard/leaderboard-csv.js';
import { optunaJournal } from '../../report/exports/optuna-journal.js';
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
export type TrialFormat = keyof typeof TRIAL_FORMATS;

/** Throws EVENT_LOG_CORRUPT when ends of trials are missing. */
export async function describeTrials(
  context: CliContext,
  argument: string,
  format: TrialFormat,
  flags: BusFlags,
): Promise<string> {
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
    return [...TRIAL_FORMATS[format]({ header, objective, trials: records.list(objective) })].join('');
  });
}

function spaceOf({ spec }: StudyHeader): Space {
  return (spec as { readonly space?: Space }).space ?? {};
}
