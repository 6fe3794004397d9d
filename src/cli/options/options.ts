// Options that several verbs share, and the checks of their values.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { SweepError } from '../../errors.js';

export const homeOption = (): Option =>
  new Option('--home <dir>', 'directory of studies and results (default: $SWEEP_HOME or ./.sweep)');

export const forceOption = (): Option =>
  new Option('--force', 'overwrite what is there and is not of this study');

export const plainOption = (): Option =>
  new Option('--plain', 'plain lines instead of the live view, as for a screen reader');

export const jsonOption = (): Option => new Option('--json', 'print one JSON document on standard output');

/** A whole number of at least `low`; commander reports what is wrong and ends with exit code 2. */
export function wholeNumber(low: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < low) {
      throw new InvalidArgumentError(`it must be a whole number of at least ${low}.`);
    }
    return value;
  };
}

/** Throws USAGE when an option that takes one value is given a second one, which would replace the first in silence. */
export function refuseSecondValues(command: Command): void {
  for (const option of command.options) {
    if (!option.required || COLLECTORS.has(option.parseArg)) continue;
    let before: string | undefined;
    command.on(`option:${option.name()}`, (value: string) => {
      if (before !== undefined && before !== value)
        throw new SweepError('USAGE', `${option.long} takes one value, and was given two`, {
          hint: 'leave one of them out',
        });
      before = value;
    });
  }
}

/** Collects a repeatable option. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** A number where it is one, else the text. */
export function collectMark(
  text: string,
  before: readonly (number | string)[] | undefined,
): readonly (number | string)[] {
  const value = Number(text);
  return [...(before ?? []), text.trim() !== '' && Number.isFinite(value) ? value : text];
}

const COLLECTORS: ReadonlySet<unknown> = new Set([collect, collectMark]);

/** The options that choose a profile of a sweep file, as commander hands them over. */
export interface ProfileFlags {
  readonly profile?: string;
  readonly fast?: boolean;
}

export function addProfileOptions(command: Command): Command {
  return command
    .option('--profile <name>', "one of the file's profiles, laid over it")
    .addOption(new Option('--fast', 'short for --profile fast').conflicts('profile'));
}
