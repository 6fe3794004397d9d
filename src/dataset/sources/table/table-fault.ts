// What DuckDB says of a table, in our words: the line, what stands there, the rule, the next step.
import { machineLimitOf, SweepError } from '../../../errors.js';
import { checkInterrupt } from '../../turns.js';
import type { Dialect } from './dialect.js';
import { LONGEST_LINE_BYTES } from './read-text-lines.js';
import { fieldCountFault } from './sniff-dialect.js';
import { splitFields, unwholeField } from './table-fields.js';

/** The error for a thrown one of DuckDB; others come back as they are. */
export function tableFault(
  thrown: unknown,
  path: string,
  dialect: Dialect | null,
  signal: AbortSignal | undefined,
): unknown {
  if (thrown instanceof SweepError) return thrown;
  checkInterrupt(signal);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const line = Number(/CSV Error on Line: (\d+)/.exec(message)?.[1] ?? Number.NaN);
  const original = /Original Line: ?([^\n]*)\n/.exec(message)?.[1] ?? '';
  const at = Number.isNaN(line) ? path : `${path}:${line}`;
  const refuse = (what: string, hint: string): SweepError =>
    new SweepError('CSV_SYNTAX', `${at}: ${what}`, { path: at, hint, cause: thrown });
  if (dialect !== null && message.includes('Expected Number of Columns')) {
    const { names, delimiter, quote } = dialect;
    return fieldCountFault(at, splitFields(original, delimiter, quote), names, delimiter);
  }
  if (/unterminated quote|quote should be followed|invalid state/i.test(message)) {
    const field = dialect === null ? 0 : unwholeField(original, dialect.delimiter, dialect.quote);
    return field > 0
      ? refuse(
          `field ${field} is not quoted as a whole`,
          'a quote inside a quoted field is doubled, and a delimiter follows the closing one',
        )
      : refuse(
          'a quote is opened and never closed',
          `a quote inside a quoted field is doubled; of a file whose quotes are characters say "quote": ""${path.toLowerCase().endsWith('.zst') ? '; where lines end in several ways, unpack the file' : ''}`,
        );
  }
  if (/Maximum line size/i.test(message))
    return refuse(
      `it has a line of more than ${LONGEST_LINE_BYTES} bytes`,
      'no row of numbers and no review is that long: is this a table, one row a line, and is each quote closed?',
    );
  if (/Invalid unicode|not utf-8 encoded/i.test(message))
    return refuse(
      'it is not UTF-8',
      'unpack the file, so that its encoding can be found, or save it as UTF-8',
    );
  if (/gzip|zstd|GZIP|ZSTD|decompress/.test(message))
    return new SweepError('CSV_SYNTAX', `${path} cannot be unpacked: ${firstLineOf(message)}`, {
      path,
      hint: 'the file is damaged or not packed so: get it again',
      cause: thrown,
    });
  const limit = machineLimitOf(thrown, path);
  if (limit !== null && limit !== undefined) return limit;
  return new SweepError('CSV_SYNTAX', `${path} cannot be read: ${firstLineOf(message)}`, {
    path,
    hint: 'the file is damaged or of another kind than its name says',
    cause: thrown,
  });
}

/** Of a condition that DuckDB does not take for the columns of a file. */
export function conditionFault(
  cause: unknown,
  { path, columns }: { readonly path: string; readonly columns: readonly { readonly name: string }[] },
): SweepError {
  const reason = firstLineOf(cause instanceof Error ? cause.message : String(cause));
  return new SweepError('SPEC_INVALID', `dataset.source.where cannot be asked of ${path}: ${reason}`, {
    path: 'dataset.source.where',
    hint: `its columns are ${columns.map(({ name }) => `"${name}"`).join(', ')}; texts are written in single quotes`,
    cause,
  });
}

function firstLineOf(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
