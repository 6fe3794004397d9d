// How a failed command ends: the message for people, or one JSON document, and the exit code.

import { CommanderError } from 'commander';
import { asSweepError, SweepError } from '../errors.js';
import { printable } from '../wording/printable.js';
import type { CliContext } from './context.js';

/** Prints what was thrown and returns the exit code. `json`: as one document on standard output. */
export function reportFailure(thrown: unknown, context: CliContext, json: boolean): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
  const error = asSweepError(thrown);
  if (json) context.stdout.write(`${JSON.stringify({ error: error.toWire() }, null, 2)}\n`);
  else context.stderr.write(formatError(error, context));
  return error.exitCode;
}

/** What commander threw, as an error of ours; printed help and version stay what they are. `path`: `sweep data fetch`. */
export function usageErrorOf(error: CommanderError, path: string): Error {
  if (error.exitCode === 0) return error;
  const help = `see \`${path} --help\``;
  // A command with commands of its own was given none.
  if (error.code === 'commander.help')
    return new SweepError('USAGE', `${path} needs a command`, { hint: help });
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = suggestion === undefined ? '' : `${suggestion.replace(/^\(|\)$/g, '').toLowerCase()} `;
  return new SweepError('USAGE', message, { hint: `${meant}${help}` });
}

function formatError(error: SweepError, context: CliContext): string {
  const { red, dim } = context.colors.stderr;
  const lines = [error, ...error.others].flatMap((problem) => {
    const head = `${red('error')} ${printable(problem.placed)} ${dim(`[${problem.code}]`)}`;
    return problem.hint === undefined ? [head] : [head, `      ${printable(problem.hint)}`];
  });
  // A bug of ours: without its stack the report of it is worth little.
  if (error.code === 'INTERNAL') lines.push(dim(stackOf(error)));
  return `${lines.join('\n')}\n`;
}

function stackOf(error: SweepError): string {
  const origin = error.cause instanceof Error ? error.cause : error;
  return origin.stack ?? origin.message;
}
