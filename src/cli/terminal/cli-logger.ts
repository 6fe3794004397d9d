// Log lines of the rooms below: sentences on standard error for people, JSON lines for those who asked for JSON.

import { createLogger, type Logger, type LogLevel } from '../../log.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';

/** Moves a progress bar out of the way: it is painted anew below. */
const CLEAR_LINE = '\r\u001b[K';

export interface CliLoggerOptions {
  readonly json?: boolean | undefined;
  /** Default: warnings and errors. */
  readonly level?: LogLevel;
}

export function createCliLogger(context: CliContext, options: CliLoggerOptions = {}): Logger {
  const { level = 'warn', json = false } = options;
  if (json) {
    return createLogger(
      (line) => context.stderr.write(line),
      level,
      () => new Date(),
    );
  }
  const { yellow, red } = context.colors.stderr;
  const clear = context.stderr.isTTY === true ? CLEAR_LINE : '';
  const say = (paint: (text: string) => string, prefix: string) => {
    return (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      context.stderr.write(`${clear}${paint(printable(`${prefix}${message}${describeFields(fields)}`))}\n`);
    };
  };
  const plain = (text: string): string => text;
  const silent = (): void => {};
  return {
    debug: silent,
    info: level === 'info' || level === 'debug' ? say(plain, '') : silent,
    warn: level === 'error' ? silent : say(yellow, ''),
    error: say(red, 'error '),
  };
}

/** `: the error (study quick-7f3a, trial 3f9c2e)`. */
function describeFields({ error, ...fields }: Readonly<Record<string, unknown>>): string {
  const reason = error === undefined ? '' : `: ${String(error)}`;
  const rest = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`],
  );
  return `${reason}${rest.length === 0 ? '' : ` (${rest.join(', ')})`}`;
}
