// Files that are no text whatever they are called, by their first bytes: said with what makes a table of them.
import { SweepError } from '../../../errors.js';

const KINDS: readonly (readonly [begin: string, what: string, hint: string])[] = [
  ['PK\x03\x04', 'a spreadsheet or a zip archive', 'save the sheet as CSV, or unpack the archive'],
  ['\xd0\xcf\x11\xe0', 'a spreadsheet', 'save the sheet as CSV'],
  ['\x1f\x8b', 'packed by gzip', 'give it a name that ends with .gz, such as data.csv.gz'],
  ['\x28\xb5\x2f\xfd', 'packed by zstd', 'give it a name that ends with .zst, such as data.csv.zst'],
  ['BZh', 'packed by bzip2', 'unpack it, or pack it by gzip or zstd'],
  ['\xfd7zXZ', 'packed by xz', 'unpack it, or pack it by gzip or zstd'],
  ['7z\xbc\xaf', 'an archive', 'unpack it'],
  ['PAR1', 'Parquet', 'give it a name that ends with .parquet'],
  ['ARROW1', 'an Arrow file', 'save it as Parquet or CSV'],
  ['\x89HDF', 'HDF5 or NetCDF', 'save its columns as CSV or Parquet'],
  ['CDF', 'NetCDF', 'save its columns as CSV or Parquet'],
  ['SQLite format 3', 'a database', 'save the table as CSV or Parquet'],
];
const PAGE = /^\s*<(?:!doctype html|html|\?xml)/i;

/** `bytes`: the first of the file, unpacked. Throws CSV_SYNTAX. */
export function requireText(bytes: Buffer, path: string): void {
  const begin = bytes.subarray(0, 256).toString('latin1');
  const [, what, hint] =
    KINDS.find(([mark]) => begin.startsWith(mark) && !(/^\w+$/.test(mark) && isWord(begin))) ??
    (PAGE.test(begin.replace(/^\xef\xbb\xbf/, ''))
      ? ['', 'a page for a browser', 'download the table itself: a page often stands for an error or a login']
      : []);
  if (what !== undefined && hint !== undefined)
    throw new SweepError('CSV_SYNTAX', `${path} is ${what}, no text of a table`, { path: `${path}:1`, hint });
}

/** A text whose first word begins like a mark of letters: `CDF,v`. */
function isWord(begin: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no text has them, but tabs and line ends.
  return !/[\x00-\x08\x0e-\x1f]/.test(begin);
}
