// The class of every whole window of a table, streamed, and how many are right of those whose label is in the file.
import { openTable } from '../../dataset/sources/table/open-table.js';
import { plainLabel } from '../../study/trial/class-label.js';
import type { Notice } from '../../wording/fault-words.js';
import type { PredictRequest } from '../task-export.js';
import { feedStreams } from '../windows/feed-streams.js';
import { type LabelAnswer, type LabelCounts, LabelStreams } from './label-streams.js';
import type { LabelUse } from './label-use.js';

export interface LabelSummary extends Omit<LabelCounts, 'series'> {
  /** Of a model of several series. */
  readonly bySeries?: readonly LabelCounts[];
  readonly notices: readonly Notice[];
}

export interface PlacedLabel extends LabelAnswer {
  /** Whether its seconds are known to be of UTC. */
  readonly isUtc: boolean;
  readonly series: string | null;
}

/** Labels that are none of the model's classes are as none. Throws what feedStreams throws. */
export async function predictLabels(
  request: Omit<PredictRequest<LabelUse>, 'onRow'>,
  onAnswer: (answer: PlacedLabel) => void,
): Promise<LabelSummary> {
  const { use, model: used, data: path } = request;
  const numbers = new Map(use.classes.map((name, number) => [plainLabel(name), number]));
  const codeOf = (field: string): number => numbers.get(plainLabel(field)) ?? -1;
  const { streams, notices } = await feedStreams(
    request,
    (model, calendar, isUtc) =>
      new LabelStreams(
        model,
        use,
        used.description.timesteps,
        path,
        (answer, series) => onAnswer({ ...answer, isUtc: isUtc(), series }),
        calendar,
      ),
    (await hasLabels(path, use)) ? { column: use.target, codeOf } : null,
  );
  const { series: _, ...total } = streams.total();
  return { ...total, ...(use.series === undefined ? {} : { bySeries: streams.each() }), notices };
}

/** Whether the table has the column of labels: one to be told classes of may lack it. */
async function hasLabels(path: string, { csv, target }: LabelUse): Promise<boolean> {
  const table = await openTable({ path, ...csv });
  try {
    return table.columns.some(({ name }) => name === target);
  } finally {
    table.close();
  }
}
