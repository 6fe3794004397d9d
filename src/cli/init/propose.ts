// A whole sweep file for a table that nobody has described: which kind of data it is, and the sections that all kinds
// share. Pure: the table comes as a sketch, the proposal goes out as a document with its reasons.
import { SweepError } from '../../errors.js';
import { suggest } from '../../wording/suggest.js';
import { findReviews, proposeReviews } from './propose-reviews.js';
import { proposeSeries } from './propose-series.js';
import type { TableSketch } from './table-sketch.js';

export interface ProposalRequest {
  /** How the sweep file names the table. */
  readonly path: string;
  /** Column to forecast, or to tell from the text; null: chosen. */
  readonly target: string | null;
  /** Any text: what a study's name may not hold is replaced. */
  readonly name: string;
}

export interface Proposal {
  readonly kind: 'series' | 'reviews';
  /** The document of a sweep file. */
  readonly sweep: Readonly<Record<string, unknown>>;
  /** What was found and what follows from it: titles with sentences. */
  readonly remarks: readonly Remark[];
}

export interface Remark {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What a kind of data proposes: the sections but for the name. */
export type KindProposal = Omit<Proposal, 'kind'>;

/** Throws USAGE for a table that nothing can be learnt from, with what it has. */
export function proposeSweep(table: TableSketch, request: ProposalRequest): Proposal {
  const { target } = request;
  const names = table.columns.map(({ name }) => name);
  if (target !== null && !names.includes(target))
    throw new SweepError('USAGE', `${request.path} has no column ${JSON.stringify(target)}`, {
      hint: suggest(target, names),
    });
  const reviews = findReviews(table, target);
  const kind = reviews === null ? 'series' : 'reviews';
  const { sweep, remarks } =
    reviews === null ? proposeSeries(table, request) : proposeReviews(table, request, reviews);
  return { kind, sweep: { name: studyName(request.name), ...sweep }, remarks };
}

/** A study is called by 1 to 48 letters, digits, `_` and `-`. */
function studyName(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return name.slice(0, 48) || 'sweep';
}
