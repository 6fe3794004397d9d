// A whole sweep file for a table that nobody has described: which kind of data it is, and the sections that all kinds
// share. Pure: the table comes as a sketch, the proposal goes out as a document with its reasons.
import { SweepError } from '../../errors.js';
import { suggest } from '../../wording/suggest.js';
import type { Proposal, ProposalRequest } from './proposal.js';
import { findLabels, proposeLabels } from './propose-labels.js';
import { findReviews, proposeReviews } from './propose-reviews.js';
import { proposeSeries } from './propose-series.js';
import type { TableSketch } from './table-sketch.js';

/** Throws USAGE for a table that nothing can be learnt from, with what it has. */
export function proposeSweep(table: TableSketch, request: ProposalRequest): Proposal {
  const { target, others = [], series = null } = request;
  const names = table.columns.map(({ name }) => name);
  const targets = target === null ? [] : [target, ...others];
  if (series !== null && !names.includes(series))
    throw new SweepError('USAGE', `${request.path} has no column ${JSON.stringify(series)}`, {
      hint: suggest(series, names),
    });
  for (const [place, name] of targets.entries()) {
    if (!names.includes(name))
      throw new SweepError('USAGE', `${request.path} has no column ${JSON.stringify(name)}`, {
        hint: suggest(name, names),
      });
    if (targets.indexOf(name) < place)
      throw new SweepError('USAGE', `--target names ${JSON.stringify(name)} twice`, {
        hint: 'each column is learnt once',
      });
  }
  const reviews = series === null ? findReviews(table, target, others) : null;
  const labels = reviews === null && others.length === 0 ? findLabels(table, target) : null;
  const { sweep, ...rest } =
    reviews !== null
      ? proposeReviews(table, request, reviews)
      : labels !== null
        ? proposeLabels(table, request, labels)
        : proposeSeries(table, request);
  return { ...rest, sweep: { name: studyName(request.name), ...sweep } };
}

/** A study is called by 1 to 48 letters, digits, `_` and `-`. */
function studyName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  // Names that every object has are none of a study.
  if (name === '' || name in {}) return `sweep${name && '-'}${name}`;
  return name.slice(0, 48);
}
