// What is asked of a proposal and what it holds.
import type { DataKind } from '../../task/task.js';

export interface ProposalRequest {
  /** How the sweep file names the table. */
  readonly path: string;
  /** Column to forecast, or to tell from the text; null: chosen. */
  readonly target: string | null;
  /** Further ones that are learnt with it. */
  readonly others?: readonly string[];
  /** The column that tells series apart; null: it is found, if there is one. */
  readonly series?: string | null;
  /** Any text: what a study's name may not hold is replaced. */
  readonly name: string;
}

export interface Proposal {
  readonly kind: DataKind;
  /** What a file of predictions is called. */
  readonly predictions: string;
  /** The document of a sweep file. */
  readonly sweep: Readonly<Record<string, unknown>>;
  /** What was found and what follows from it: titles with sentences. */
  readonly remarks: readonly Remark[];
}

export interface Remark {
  readonly title: string;
  readonly lines: readonly string[];
}
