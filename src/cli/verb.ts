// The contract between the tree of commands (program.ts) and the folder of each verb.
import type { Command } from 'commander';
import type { CliContext } from './context.js';

/** What a verb's file provides: it adds its command to `program`. An action returns the exit code. */
export type Register = (program: Command, run: RunVerb) => void;

/** Wraps a verb's work; the returned function is its action for commander. */
export type RunVerb = <Arguments extends unknown[]>(
  work: (context: CliContext, ...given: Arguments) => Promise<number>,
) => (...given: Arguments) => Promise<void>;
