// What `sweep init` does: reads the table, proposes a sweep, makes sure that it is right by preparing its data, and writes it
// with its reasons.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { TABLE_ENDINGS } from '../../dataset/sources/table/table-files.js';
import { asSweepError, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import { parseSweepText } from '../../sweep-file/parse.js';
import { type Speaker, SWEEP_FILE, sayAs } from '../../wording/fault-words.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { placing, prepareFor } from '../options/sweep-file.js';
import { interruptible } from '../terminal/interruptible.js';
import type { Proposal } from './proposal.js';
import { proposeSweep } from './propose.js';
import { readSketch } from './read-sketch.js';

export interface InitOptions {
  readonly target?: readonly string[];
  readonly series?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function initSweep(context: CliContext, data: string, options: InitOptions): Promise<number> {
  const path = resolve(context.directory, data);
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new SweepError('DATASET_NOT_FOUND', `there is no file ${data}`, { path: data });
  const stem = basename(path).replace(TABLE_ENDINGS, '') || basename(path);
  const file = resolve(context.directory, options.out ?? `${stem}.json`);
  const notes = `${file.slice(0, file.length - extname(file).length)}.md`;
  if ([file, notes].includes(path))
    throw new SweepError('USAGE', `${data} is the table itself`, {
      path: data,
      hint: 'name another sweep file: --out sweep.json',
    });
  refuseToOverwrite([file, notes], options);
  const { table, found, notices, isCut } = await interruptible(context, (signal) => readSketch(path, signal));
  const [target, ...others] = options.target ?? [];
  const proposal = proposeSweep(table, {
    path: relative(dirname(file), path),
    target: target ?? null,
    others,
    series: options.series ?? null,
    name: stem,
  });
  const text = `${JSON.stringify(proposal.sweep, null, 2)}\n`;
  const sweep = parseSweepText(text, file);
  // The reader has the last word on the table: what it refuses is no proposal.
  await placing(sweep.locate, () => prepareFor(context, sweep, options.json === true)).catch(
    (thrown: unknown) => {
      throw sayAs(OPTIONS, asSweepError(thrown));
    },
  );
  const read = [
    ...(found.length === 0 ? [] : [`It was read with ${found.join(', ')}, as was found by its first lines.`]),
    ...(isCut ? [`The first ${table.rows.toLocaleString('en-US')} rows were looked at.`] : []),
    ...notices,
  ];
  makeDirectories(dirname(file));
  writeFileSync(file, text);
  writeFileSync(notes, describeProposal(data, proposal, read));
  const commands = nextCommands(context.directory, file, path, proposal);
  if (options.json === true) {
    context.stdout.write(
      `${JSON.stringify({ file, notes, kind: proposal.kind, sweep: proposal.sweep, remarks: proposal.remarks, read, commands }, null, 2)}\n`,
    );
    return 0;
  }
  const remarks = proposal.remarks.flatMap(({ lines }) => lines);
  context.stdout.write(
    `${[...read, ...remarks].map(printable).join('\n')}\n\n${printable(`${shown(context, file)} and, with the reasons, ${shown(context, notes)}`)} are written. Next:\n${commands.map((command) => `  ${printable(command)}\n`).join('')}`,
  );
  return 0;
}

/** There is no sweep file yet that could say which column tells series apart: an option does. */
const OPTIONS: Speaker = {
  ...SWEEP_FILE,
  sayHint: (words) => words.replaceAll(/"series": ("[^"]*")/g, '--series $1'),
};

function refuseToOverwrite(files: readonly string[], { force }: InitOptions): void {
  const there = files.find((file) => existsSync(file));
  if (there === undefined || force === true) return;
  throw new SweepError('USAGE', `${there} is there already`, {
    path: there,
    hint: '--out names another file, --force overwrites it',
  });
}

function nextCommands(directory: string, file: string, data: string, { predictions }: Proposal): string[] {
  const word = (path: string): string => shellWord(relative(directory, path));
  return [
    `sweep validate ${word(file)}`,
    `sweep start ${word(file)}`,
    `sweep predict @last --data ${word(data)} -o ${predictions}`,
  ];
}

/** A page of Markdown: a name of the table's columns may hold anything, and stays text. */
function describeProposal(data: string, { remarks }: Proposal, read: readonly string[]): string {
  const line = (text: string): string => `- ${printable(text).replaceAll(/[\\`*_<>[\]]/g, '\\$&')}`;
  const parts = [...(read.length === 0 ? [] : [{ title: 'Reading', lines: read }]), ...remarks];
  return `# ${printable(basename(data))}: why the sweep file is as it is\n\n${parts.map(({ title, lines }) => `## ${title}\n${lines.map(line).join('\n')}\n`).join('\n')}`;
}

/** As a shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w./@%+:,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function shown({ directory }: CliContext, file: string): string {
  return relative(directory, file) || file;
}
