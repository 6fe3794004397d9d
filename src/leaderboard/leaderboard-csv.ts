// The leaderboard as CSV (RFC 4180, CRLF): one column a value, one a parameter, numbers in full precision.
import type { StudyView } from '../study/study-view.js';
import type { ParamValue } from '../study/trial.js';
import { type RankedRow, rankView } from './ranking.js';
import { leaderboardRow, paramNames } from './row-fields.js';

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

export function leaderboardCsv(view: StudyView, rows: readonly RankedRow[] = rankView(view)): string {
  const names = paramNames(rows.map(({ row }) => row));
  // A column that is empty for every series is not added to theirs.
  const hasAccuracy = view.header?.dataset?.kind === 'reviews';
  /** Elsewhere all rows are of the engine that the study is bound to. */
  const isMixed = view.header?.engine === 'any';
  const header = [
    'rank',
    'tied',
    'trial',
    'state',
    // A parameter may be called as a column is.
    ...names.map((name) => `params.${name}`),
    'seeds',
    'objective',
    'objectiveLow',
    'objectiveHigh',
    'validationMae',
    'validationMaeUnits',
    ...(hasAccuracy ? ['validationAccuracy'] : []),
    'bestEpoch',
    'epochs',
    'durationMs',
    'parameters',
    'worker',
    'attempts',
    'cached',
    'weightsDigest',
    ...(isMixed ? ['engine', 'bitExact'] : []),
  ];
  const lines = rows.map((ranked) => {
    const row = leaderboardRow(ranked, view);
    return [
      row.rank,
      row.tied,
      row.trial,
      row.state,
      ...names.map((name) => row.params[name] ?? null),
      row.seeds.join(' '),
      row.objective,
      row.objectiveInterval?.[0] ?? null,
      row.objectiveInterval?.[1] ?? null,
      ranked.row.metrics.validationMae ?? null,
      row.validationMaeUnits,
      ...(hasAccuracy ? [row.validationAccuracy ?? null] : []),
      row.bestEpoch,
      row.epochs,
      row.durationMs,
      row.parameters,
      row.worker,
      row.attempts,
      row.cached,
      row.weightsDigest,
      ...(isMixed ? [row.engine, row.bitExact] : []),
    ];
  });
  return [header, ...lines].map((cells) => `${cells.map(formatCell).join(',')}\r\n`).join('');
}

function formatCell(value: ParamValue): string {
  const text = value === null ? '' : String(value);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
