// How a table is written and read, as options: the words of a sweep file's source, one option a field.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CsvSource } from '../../study/dataset-source.js';
import { collect, collectMark, wholeNumber } from './options.js';

export interface TableFlags {
  readonly time?: readonly string[];
  readonly timeFormat?: string;
  readonly timeZone?: string;
  readonly missing?: readonly (number | string)[];
  readonly where?: string;
  readonly order?: 'sort';
  readonly delimiter?: string;
  readonly quote?: string;
  readonly header?: number | false;
  readonly skip?: number;
  readonly decimal?: string;
  readonly thousands?: string;
  readonly encoding?: string;
}

export function addTableOptions(command: Command): Command {
  return command
    .option(
      '--time <column>',
      'column of time stamps, or repeated, those that are joined (default: the first, if it holds dates)',
      collect,
    )
    .option('--time-format <words>', 'how times are written, as strptime has it: "%m/%d/%Y %H:%M"')
    .option('--time-zone <zone>', 'zone of times that name none: Europe/Berlin (default: UTC)')
    .addOption(new Option('--order <how>', 'sort the rows by time').choices(['sort']))
    .option(
      '--missing <mark>',
      'a number or a text that marks a missing value; repeatable (default: -9999)',
      collectMark,
    )
    .option('--where <condition>', 'SQL condition: rows for which it does not hold are left out')
    .option('--delimiter <character>', 'what parts the fields (default: found)', character)
    .option('--quote <character>', 'what quotes a field, or "" (default: ")')
    .option('--header <line>', 'line that names the columns, or "false" (default: found)', headerLine)
    .option(
      '--skip <lines>',
      'lines to leave out above the names, or below them with --header',
      wholeNumber(0),
    )
    .addOption(new Option('--decimal <mark>', 'mark before decimals (default: found)').choices(['.', ',']))
    .option('--thousands <mark>', 'mark between thousands (default: none)')
    .option('--encoding <name>', 'latin1, windows-1252, utf-16le, … (default: found)');
}

/** The fields of a source that the options say. */
export function tableForm(
  flags: TableFlags,
): Pick<CsvSource, 'time' | 'missing'> & Partial<Omit<CsvSource, 'type' | 'path' | 'time' | 'missing'>> {
  const { time, missing = [-9999] } = flags;
  const fields = { ...pick(flags), missing };
  return { ...fields, time: time === undefined ? null : time.length === 1 ? time[0]! : [...time] };
}

function pick(flags: TableFlags): Partial<CsvSource> {
  const { timeFormat, timeZone, where, order, delimiter, quote, header, skip, decimal, thousands, encoding } =
    flags;
  const given = {
    timeFormat,
    timeZone,
    where,
    order,
    delimiter,
    quote,
    header,
    skip,
    decimal,
    thousands,
    encoding,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const OPTION_OF: Readonly<Record<string, string>> = { columns: '--column', onMissing: '--on-missing' };

const SETTING =
  /"(time|timeFormat|timeZone|order|missing|where|delimiter|quote|header|skip|decimal|thousands|encoding|columns|onMissing)"(?:: (\[[^\]]*\]|"[^"]*"|[\w.]+)|(?= (?:to|where)\b|$))/g;

/** `"timeFormat": "%Y"` of a sweep file as `--time-format "%Y"`. */
export function asOptions(text: string): string {
  return text.replaceAll(SETTING, (_, field: string, value: string | undefined) => {
    const option = optionOf(field);
    if (value === undefined) return option;
    if (!value.startsWith('[')) return `${option} ${value}`;
    return (JSON.parse(value) as unknown[]).map((one) => `${option} ${JSON.stringify(one)}`).join(' ');
  });
}

function optionOf(field: string): string {
  return OPTION_OF[field] ?? `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function character(text: string): string {
  if (text === '\\t') return '\t';
  if ([...text].length !== 1) throw new InvalidArgumentError('it must be one character, or \\t.');
  return text;
}

function headerLine(text: string): number | false {
  return text === 'false' ? false : wholeNumber(1)(text);
}
