// Tables that people have and that were once refused without a way on, or read as something else: each gives the right values, or
// words that name the next step.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readReviewTable } from '../../../src/dataset/reviews/review-table.js';
import { openCsv } from '../../../src/dataset/sources/csv/csv-reader.js';
import type { SweepError } from '../../../src/errors.js';
import type { CsvSource } from '../../../src/study/dataset-source.js';
import { SWEEP_FILE, sayNotice } from '../../../src/wording/fault-words.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const ROWS = 24;
const two = (value: number): string => String(value).padStart(2, '0');
const iso = (hour: number): string => new Date(Date.UTC(2020, 0, 1, hour)).toISOString();
const time = (hour: number): string => iso(hour).slice(0, 16).replace('T', ' ');
const day = (row: number): string => iso(24 * row).slice(0, 10);
const lines = (of: (row: number) => string, count = ROWS): string =>
  `${Array.from({ length: count }, (_, row) => of(row)).join('\n')}\n`;
const timed = (of: (row: number) => string | number, head = 'time,v'): string =>
  `${head}\n${lines((row) => `${time(row)},${of(row)}`)}`;
const daily = (of: (row: number) => string | number, head = 'date,v'): string =>
  `${head}\n${lines((row) => `${day(row)},${of(row)}`)}`;

/** Of a column the first value and the last; the first time and the step of all; what is said. */
interface Right {
  readonly rows?: number;
  readonly columns: readonly string[];
  readonly ends: readonly (readonly [first: number, last: number])[];
  readonly times?: readonly [first: string, stepSeconds: number] | null;
  readonly says?: RegExp;
}

type Outcome = Right | RegExp;
type Case = readonly [name: string, text: string, outcome: Outcome, options?: Partial<CsvSource>];

const HOURLY = ['2020-01-01 00:00:00', 3600] as const;
const v = (first: number, last: number, more: Partial<Right> = {}): Right => ({
  columns: ['v'],
  ends: [[first, last]],
  times: HOURLY,
  ...more,
});
const daysOf = (more: Partial<Right>): Right =>
  v(0.5, 23.5, { times: ['2020-01-01 00:00:00', 86_400], ...more });

/** Columns of text that say when a row is: one series, though numbers beside them begin anew, or the time stands still at night. */
const dated = (of: (date: Date, row: number) => string, head: string): string =>
  `${head}\n${lines((row) => {
    const date = new Date(Date.UTC(2023, 0, 1 + row));
    return `${date.toISOString().slice(0, 10)},${of(date, row)},${row}.5`;
  }, 120)}`;
const nightly = lines((row) => {
  const minute = new Date(Date.UTC(2024, 2, 4 + Math.floor(row / 30), 9, 30 + (row % 30)));
  const [date, clock] = minute.toISOString().split('T') as [string, string];
  return `${date} ${clock.slice(0, 5)},${date},${row}.5`;
}, 120);
const MONTHS = ['January', 'February', 'March', 'April', 'May'];
const calendar = (
  columns: readonly string[],
  ends: Right['ends'],
  times: Right['times'] = ['2023-01-01 00:00:00', 86_400],
): Right => ({ rows: 120, columns, ends, times });

const monthFirst = (row: number): string => `${two(1)}/${two(24 - row)}/2020`;
const CASES: readonly Case[] = [
  [
    'date and time apart',
    `Date,Time,v\n${lines((row) => `${time(row).replace(' ', ',')}:00,${row}`)}`,
    /join them by "time": \["Date","Time"\]/,
  ],
  [
    'date and time joined',
    `Date,Time,v\n${lines((row) => `${time(row).replace(' ', ',')}:00,${row}`)}`,
    v(0, 23),
    { time: ['Date', 'Time'] },
  ],
  [
    'a date of two readings',
    `Date,v\n${lines((row) => `01/01/2020 ${two(row)}:00,${row}`)}`,
    v(0, 23, {
      times: null,
      says: /"timeFormat": "%m\/%d\/%Y %H:%M" or "timeFormat": "%d\/%m\/%Y %H:%M"[\s\S]*checked by "Date" alone/,
    }),
  ],
  [
    'digits from year to hour',
    `id;at;v\n${lines((row) => `1001;${iso(row).slice(0, 13).replaceAll(/\D/g, '')};${row}.5`)}`,
    v(0.5, 23.5),
    { time: 'at', timeFormat: '%Y%m%d%H', columns: ['v'] },
  ],
  [
    'a column without any value',
    timed((row) => `${row},`, 'created_at,v,latitude'),
    v(0, 23, { says: /without any value are left out: "latitude"/ }),
  ],
  [
    'no names',
    lines((row) => `2020;01;01;${row}`),
    /:1: the first line holds numbers.*set "header" to false/,
  ],
  [
    'no names, as is said',
    lines((row) => `2020;01;01;${row}`),
    {
      columns: ['0', '1', '2', '3'],
      ends: [
        [2020, 2020],
        [1, 1],
        [1, 1],
        [0, 23],
      ],
      times: null,
    },
    { header: false },
  ],
  [
    'no names, with dates',
    lines((row) => `${time(row)},${row}.5,7`),
    /:1: the first line holds the date .*set "header" to false/,
  ],
  ['large whole numbers', timed((row) => 198_399 + 250_000 * row), v(198_399, 5_948_399)],
  [
    'missing values first',
    timed((row) => (row < 3 ? 'NA' : row)),
    v(3, 23, {
      rows: 21,
      times: ['2020-01-01 03:00:00', 3600],
      says: /3 rows at the beginning are left out/,
    }),
    { onMissing: 'forward-fill' },
  ],
  [
    'month first, newest first',
    `Date,v\n${lines((row) => `${monthFirst(row)},${123 - row}`)}`,
    /newest to the oldest.*"order": "sort"/,
  ],
  [
    'month first, sorted',
    `Date,v\n${lines((row) => `${monthFirst(row)},${123 - row}`)}`,
    v(100, 123, { times: ['2020-01-01 00:00:00', 86_400] }),
    { time: 'Date', timeFormat: '%m/%d/%Y', order: 'sort' },
  ],
  [
    'a title of a logger',
    `"Plot Title: A 1"\n"#","Date Time, GMT+00:00","Temp"\n${lines((row) => `${row + 1},01/01/20 ${two(row % 12 || 12)}:00:00 ${row < 12 ? 'AM' : 'PM'},${row}.5`)}`,
    {
      columns: ['#', 'Temp'],
      ends: [
        [1, 24],
        [0.5, 23.5],
      ],
      times: null,
      says: /%m\/%d\/%y %I:%M:%S %p/,
    },
  ],
  [
    'four head lines of a logger',
    `"TOA5","S","CR1000","1","x"\n"TIMESTAMP","RECORD","T"\n"TS","RN","Deg C"\n"","","Avg"\n${lines((row) => `"${time(row)}:00",${row},${row}.5`)}`,
    {
      columns: ['RECORD', 'T'],
      ends: [
        [0, 23],
        [0.5, 23.5],
      ],
      times: HOURLY,
    },
  ],
  [
    'two lines below the names, the last one with one word',
    `Price,Close,Volume\nTicker,X,X\nDate,,\n${lines((row) => `${day(row)},${row}.5,${row}`)}`,
    daysOf({
      columns: ['Close', 'Volume'],
      ends: [
        [0.5, 23.5],
        [0, 23],
      ],
    }),
  ],
  [
    'rows of delimiters below and between',
    `${timed((row) => (row === 11 ? `${row}\n,` : row))},\n,\n`,
    v(0, 23, { says: /^3 rows without a time and a value are left out, the first in line 14$/ }),
  ],
  ['a value without a time', `${timed((row) => row)},24\n`, /:26:time: "" is not a date/],
  ['a time without a value', `${timed((row) => row)}2020-01-02 00:00,\n`, /:26:v: "" marks a missing value/],
  [
    'rows of delimiters below dates that are not read',
    `Date,v\n${lines((row) => `01/${two(row + 1)}/2020,${row}`)},\n`,
    /:26:v: "" marks a missing value/,
  ],
  [
    'decimal commas in quotes between commas',
    timed((row) => `"${row},5",${row}`, 'time,v,w'),
    {
      columns: ['w'],
      ends: [[0, 23]],
      times: HOURLY,
      says: /^"v" holds numbers with a comma and is taken for text: set "decimal": "," if it marks decimals\n/,
    },
  ],
  [
    'decimal commas in quotes between commas, as is said',
    timed((row) => `"${row},5",${row}`, 'time,v,w'),
    v(0.5, 23.5, {
      columns: ['v', 'w'],
      ends: [
        [0.5, 23.5],
        [0, 23],
      ],
    }),
    { decimal: ',' },
  ],
  ...['3,4', '0,5', '52,13'].map(
    (ids): Case => [
      `a list in quotes beside whole numbers: ${ids}`,
      timed((row) => `"${ids}",${row}`, 'time,ids,v'),
      v(0, 23, { says: /^"ids" holds numbers with a comma .*\ncolumns of text are left out: ids$/ }),
    ],
  ),
  [
    'a list in quotes with gaps',
    timed((row) => `${row % 3 === 0 ? '' : '"6,4"'},${row}`, 'time,ids,v'),
    v(0, 23, { says: /left out: ids$/ }),
  ],
  [
    'thousands in quotes beside lists',
    timed((row) => `"1,${234 + row}","3,4",${row}`, 'time,sales,ids,v'),
    v(0, 23, {
      says: /^"sales" .*"decimal": "," if .*, or "thousands": "," if it marks thousands\n"ids".*\n.*: sales, ids$/,
    }),
  ],
  [
    'a list in quotes beside decimals with a point that come late',
    `time,ids,v\n${lines((row) => `${time(row)},"3,4",${row === 2500 ? '0.5' : row}`, 3000)}`,
    v(0, 2999, { rows: 3000, says: /left out: ids$/ }),
  ],
  [
    'a list in quotes beside decimals with a point',
    timed((row) => `"3,4",${row}.5`, 'time,ids,v'),
    v(0.5, 23.5, { says: /^columns of text are left out: ids$/ }),
  ],
  [
    'names that end with a delimiter',
    timed((row) => row, 'time,v,'),
    /:2: 2 fields, the header has 3 columns.*the line of names ends with a delimiter/,
  ],
  [
    'another mark between fields',
    `time^v\n${lines((row) => `${time(row)}^${row}`)}`,
    /time\^v holds .*set "delimiter": "\^"/,
  ],
  ['single quotes', `time,v\n${lines((row) => `'${time(row)}','${row}'`)}`, /set "quote": "'"/],
  ['a page', '<!DOCTYPE html>\n<html><body>404, gone</body></html>\n', /is a page for a browser/],
  ['a spreadsheet', 'PK\u0003\u0004\0\0', /is a spreadsheet.*save the sheet as CSV/],
  ['an archive by another name', 'BZh91AY&SY\u0001\u0002', /packed by bzip2.*unpack it/],
  ['Parquet by another name', 'PAR1\u0015\u0004\u0015\u0000', /is Parquet.*ends with \.parquet/],
  ...['BZh,°C', 'PAR1,PAR2', 'CDF,T (°C)', 'ARROW1,v'].map(
    (names): Case => [
      `names that begin like a file of another kind: ${names}`,
      `${names}\n${lines((row) => `${row}.5,${row}`)}`,
      v(0, 23, {
        columns: names.split(','),
        ends: [
          [0.5, 23.5],
          [0, 23],
        ],
        times: null,
      }),
    ],
  ),
  [
    'one column of decimal commas',
    `value\n${lines((row) => `${row},5`)}`,
    /"delimiter": ";", "decimal": ","/,
  ],
  [
    'one column of decimal commas, as is said',
    `value\n${lines((row) => `${row},5`)}`,
    v(0.5, 23.5, { columns: ['value'], times: null }),
    { delimiter: ';', decimal: ',' },
  ],
  [
    'no names, with decimal commas',
    lines((row) => `A;${time(row)};${row},5`),
    /:1: the first line holds the date .*set "header" to false/,
  ],
  ['one quoted column', `"value"\n${lines(String)}`, { columns: ['value'], ends: [[0, 23]], times: null }],
  [
    'a letter for missing values',
    `station,valid,v\n${lines((row) => `X,${time(row)},${row % 5 === 4 ? 'M' : row}`)}`,
    /"M" is not a number.*name it in "missing"/,
  ],
  [
    'a letter that is named',
    `station,valid,v\n${lines((row) => `X,${time(row)},${row % 5 === 4 ? 'M' : row}`)}`,
    v(0, 23, { rows: 20 }),
    { missing: ['M'], onMissing: 'drop', time: 'valid' },
  ],
  ['thousands with a comma', timed((row) => `"1,${100 + row}"`), /set "thousands": "," or "decimal": ","/],
  ['thousands that are set', timed((row) => `"1,${100 + row}"`), v(1100, 1123), { thousands: ',' }],
  [
    'thousands with a point',
    `time;v\n${lines((row) => `${time(row)};${row < 10 ? 990 + row : `1.0${two(row - 10)}`}`)}`,
    /:12:v: 1\.000 may be thousands.*"thousands" to "\."/,
  ],
  [
    'columns without name and value',
    timed((row) => `${row},,`, 'time,v,,'),
    v(0, 23, { says: /without name and value are left out: 3, 4/ }),
  ],
  [
    'a delimiter at the end of rows',
    timed((row) => `${row},`),
    /:2: 3 fields, the header has 2 columns.*the line ends with a delimiter/,
  ],
  [
    'times of a zone',
    `time,v\n${lines((row) => `${iso(row).slice(0, 19)}+01:00,${row}`)}`,
    v(0, 23, {
      times: ['2019-12-31 23:00:00', 3600],
      says: /\+01:00 name a zone: they are read, shown and written as UTC/,
    }),
  ],
  [
    'months',
    `Month,v\n${lines((row) => `${2010 + Math.floor(row / 12)}-${two(1 + (row % 12))}-01,${row}`)}`,
    v(0, 23, { times: ['2010-01-01 00:00:00', 31 * 86_400] }),
  ],
  // Several series in one table.
  [
    'a series that another one follows later',
    `date,site,v\n${lines((row) => `${day(row)},A,${100 + (row % 3)}`)}${lines((row) => `${day(row + 60)},B,${100 + (row % 3)}`)}`,
    /:26:site: "site" is "A" in the rows before and "B" from here on, and the time jumps from 2020-01-24 .* to 2020-03-01 .*"series": "site" tells them apart, "where": "site = 'A'" takes one/,
  ],
  [
    'a series that another one follows at once',
    `date,site,v\n${lines((row) => `${day(row)},A,${100 + (row % 3)}`)}${lines((row) => `${day(row + 24)},B,${900 + (row % 3)}`)}`,
    /:26:site: .*"v" jumps from 102 to 900/,
  ],
  [
    'series of towns that begin as months do',
    `date,town,v\n${lines((row) => `${day(row)},Marina,${100 + (row % 3)}`)}${lines((row) => `${day(row + 24)},Augusta,${900 + (row % 3)}`)}`,
    /:26:town: .*"v" jumps from 102 to 900/,
  ],
  [
    'series by numbers',
    `date,store,v\n${lines((row) => `${day(row)},1,${row % 3}`)}${lines((row) => `${day(row + 60)},2,${row % 3}`)}`,
    /:26:store: .*"series": "store"/,
  ],
  [
    'series below each other, sorted by time',
    `date,site,v\n${lines((row) => `${day(row + 60)},B,${row % 3}`)}${lines((row) => `${day(row)},A,${row % 3}`)}`,
    /:2:site: .*"series": "site"/,
    { order: 'sort', time: 'date', timeFormat: '%Y-%m-%d' },
  ],
  [
    'a series that another one follows, its columns named',
    `date,site,v\n${lines((row) => `${day(row)},A,${row}.5`)}${lines((row) => `${day(row + 60)},B,${row}.5`)}`,
    daysOf({
      rows: 48,
      says: /line 26: "site" is "A" .* the time jumps .*: if these are several series, "series": "site"/,
    }),
    { columns: ['v'] },
  ],
  [
    'one of them',
    `date,site,v\n${lines((row) => `${day(row)},A,${row}.5`)}${lines((row) => `${day(row + 60)},B,${row}.5`)}`,
    daysOf({}),
    { where: "site = 'A'" },
  ],
  [
    'a mark that changes while the series goes on',
    `date,firmware,v\n${lines((row) => `${day(row)},${row < 12 ? 'one' : 'two'},${row}.5`)}`,
    daysOf({
      says: /line 14: "firmware" is "one" in the rows before and "two" from here on: if these are several series/,
    }),
  ],
  [
    'a mark that changes while the series stands still',
    `date,firmware,v\n${lines((row) => `${day(row)},one,${row % 3}`)}${lines((row) => `${day(row + 40)},two,${row % 3}`)}`,
    v(0, 2, {
      rows: 48,
      times: ['2020-01-01 00:00:00', 86_400],
      says: /line 26: "firmware" is "one" .* the time jumps .*: if these are several series/,
    }),
  ],
  [
    'months beside their days',
    dated((date) => `${MONTHS[date.getUTCMonth()]},${date.getUTCDate()}`, 'date,month,day,v'),
    calendar(
      ['day', 'v'],
      [
        [1, 30],
        [0.5, 119.5],
      ],
    ),
  ],
  [
    'weeks beside their days',
    dated(
      (_, row) => `2023-W${two(1 + Math.floor((row + 6) / 7))},${1 + ((row + 6) % 7)}`,
      'date,week,weekday,v',
    ),
    calendar(
      ['weekday', 'v'],
      [
        [7, 7],
        [0.5, 119.5],
      ],
    ),
  ],
  [
    'days of which each has a pause',
    `timestamp,session,v\n${nightly}`,
    calendar(['v'], [[0.5, 119.5]], ['2024-03-04 09:30:00', 60]),
  ],
  [
    'words that come back',
    daily((row) => `${row % 8 < 4 ? 'dry' : 'wet'},${row}.5`, 'date,sky,v'),
    daysOf({ says: /^columns of text are left out: sky$/ }),
  ],
  [
    'devices by turns',
    `time,device,v\n${lines((row) => `${time(row)},${row % 2 === 0 ? 'A' : 'B'},${row % 2 === 0 ? row : 900 + row}`)}`,
    v(0, 923, { says: /several series by turns, "series": "device" tells them apart/ }),
  ],
  [
    'weekdays',
    daily((row) => `${['Mon', 'Tue', 'Wed', 'Thu'][row % 4]},${row}.5`, 'date,weekday,v'),
    daysOf({ says: /^columns of text are left out: weekday$/ }),
  ],
  // Numbers that are none, or not those they seem.
  [
    'a line of totals',
    `v,w\n${lines((row) => `${row}.5,${row}`)}288,276\n`,
    {
      rows: 25,
      columns: ['v', 'w'],
      ends: [
        [0.5, 288],
        [0, 276],
      ],
      times: null,
      says: /line 26, the last row, is the sum of all others/,
    },
  ],
  ['a total below the dates', `${daily((row) => `${row}.5`)}Total,288\n`, /:26:date: "Total" is not a date/],
  [
    'a line of words at the end',
    `${daily((row) => `${row}.5`)}Source: the office\n`,
    /:26: 1 field, the header has 2 columns.*a note is no row/,
  ],
  [
    'codes with leading zeros',
    daily((row) => `00${1000 + row},${row}.5`, 'date,zip,v'),
    {
      ...daysOf({}),
      columns: ['zip', 'v'],
      ends: [
        [1000, 1023],
        [0.5, 23.5],
      ],
      says: /"zip" holds 001000, which is read as the number 1000: is it a name\?/,
    },
  ],
  [
    'codes that look like exponents',
    daily((row) => `1e${row % 9},${row}.5`, 'date,code,v'),
    {
      ...daysOf({}),
      columns: ['code', 'v'],
      ends: [
        [1, 1e5],
        [0.5, 23.5],
      ],
      says: /"code" holds 1e0, which is read as the number 1: is it a name\?/,
    },
  ],
  [
    'more digits than a number keeps',
    daily((row) => `90071992547409${two(row)}93,${row}.5`, 'date,code,v'),
    {
      ...daysOf({}),
      columns: ['code', 'v'],
      ends: [
        [Number('900719925474090093'), Number('900719925474092393')],
        [0.5, 23.5],
      ],
      says: /"code" holds 900719925474090093, of which a number keeps about 16 digits/,
    },
  ],
  [
    'hours since 1970',
    `hour,v\n${lines((row) => `${438_288 + row},${row}.5`)}`,
    {
      columns: ['hour', 'v'],
      ends: [
        [438_288, 438_311],
        [0.5, 23.5],
      ],
      times: null,
      says: /"hour" goes up from row to row as a count of time does, and is read as a feature/,
    },
  ],
  [
    'points between semicolons',
    `date;v\n${lines((row) => `${day(row)};${row + 1}.${100 + row}`)}`,
    daysOf({ ends: [[1.1, 24.123]], says: /"v" holds 1\.100, which is read as 1\.1: set "thousands": "\."/ }),
  ],
  [
    'times side by side',
    `name,${Array.from({ length: 4 }, (_, row) => day(row)).join(',')}\nA,1,2,3,4\nB,2,3,4,5\n`,
    {
      rows: 2,
      columns: [day(0), day(1), day(2), day(3)],
      ends: [
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
      times: null,
      says: /columns are called by dates \(2020-01-01, 2020-01-02, …\)/,
    },
  ],
  ['percent', daily((row) => `${row}%`), /"0%": write the number alone/],
  ['money', daily((row) => `$${row}`), /"\$0": write the number alone/],
  [
    'brackets for a minus',
    daily((row) => (row % 3 === 0 ? `(${row}.5)` : row)),
    /"\(0\.5\)" is not a number.*a minus, not in brackets/,
  ],
  [
    'a minus behind',
    daily((row) => `${row}.5${row % 3 === 0 ? '-' : ''}`),
    /"0\.5-" is not a number.*minus in front/,
  ],
  [
    'blanks between digits',
    `date;v\n${lines((row) => `${day(row)};${row + 1}\u00a0000,5`)}`,
    /"1\\u00a0000,5": .*set "thousands"/,
  ],
  [
    'a comma before decimals and an exponent',
    `date;v\n${lines((row) => `${day(row)};${row},5E+03`)}`,
    daysOf({ ends: [[500, 23_500]] }),
  ],
  ['words late in a column', daily((row) => (row < 20 ? row : 'TRUE')), /:22:v: "TRUE" is not a number/],
  [
    'a byte of zero',
    daily((row) => `${row}.5${row === 20 ? '\0' : ''}`),
    /:22:v: "20\.5\\u0000" is not a number/,
  ],
  ['zeros at the end', `${daily((row) => `${row}.5`)}\0\0\0\0`, /:26: 1 field/],
  ['the names once more', `${daily((row) => `${row}.5`)}date,v\n`, /:26:v: "v" is not a number/],
  ['names twice', daily((row) => `${row},7`, 'date,v, v'), /columns 2 and 3 are both called "v"/],
  ['a line that says the delimiter', `sep=;\ndate;v\n${lines((row) => `${day(row)};${row},5`)}`, daysOf({})],
  [
    'two clocks of twelve hours',
    `time,v\n${lines((row) => `2020-01-01 ${two(row % 12 || 12)}:00,${row}.5`)}`,
    /is not later than|goes back over much of the series/,
  ],
  [
    'tenths of seconds',
    `time,v\n${lines((row) => `2020-01-01 00:00:0${Math.floor(row / 10)}.${row % 10},${row}.5`)}`,
    /:3:time: .* is not later than/,
  ],
];

for (const [name, text, outcome, options] of CASES)
  test(`${name}: ${outcome instanceof RegExp ? 'refused with the next step' : 'the right values'}`, async (t) => {
    const path = join(temporaryDirectory(t), 'data.csv');
    writeFileSync(path, text);
    const reading = read(csvSource(path, options));
    if (outcome instanceof RegExp) {
      await assert.rejects(reading, (error: SweepError) => {
        assert.match(error.code, /^CSV_/);
        assert.match(`${error.message} ${error.hint}`, outcome);
        return true;
      });
      return;
    }
    const found = await reading;
    assert.deepEqual(found.columns, outcome.columns);
    assert.equal(found.rows.length, outcome.rows ?? ROWS);
    assert.deepEqual(
      found.columns.map((_, column) => [found.rows[0]![column], found.rows.at(-1)![column]]),
      outcome.ends,
    );
    assert.deepEqual(found.times, outcome.times ?? null);
    assert.match(found.notes, outcome.says ?? /^(?:$|columns of text|no column was read|columns are called)/);
  });

async function read(source: CsvSource) {
  const { columns, blocks, summary } = await openCsv(source, () => {});
  const rows: number[][] = [];
  for await (const { values, count } of blocks)
    for (let row = 0; row < count; row++)
      rows.push([...values.subarray(row * columns.length, (row + 1) * columns.length)]);
  const { time: steps, notices } = summary();
  const times = steps === null ? null : [steps.first, steps.stepSeconds];
  const notes = notices.map((notice) => sayNotice(notice, SWEEP_FILE)).join('\n');
  return { columns, rows, times, notes };
}

const words = (row: number): string => `word${row % 3} word${row % 5}`;
const TEXTS: readonly (readonly [
  name: string,
  text: string,
  first: readonly [number, string],
  says: RegExp,
])[] = [
  [
    'marks of inches',
    `label,text\n${lines((row) => `${(row + 1) % 2},${row < 2 ? `a ${row + 5}" screen` : words(row)}`)}`,
    [1, 'a 5" screen'],
    /^$/,
  ],
  [
    'labels in words',
    `label,text\n${lines((row) => `${row % 2 === 0 ? 'ham' : 'spam'},${words(row)}`)}`,
    [0, words(0)],
    /"classes": \["ham","spam"\]/,
  ],
  ['semicolons', `text;label\n${lines((row) => `${words(row)};${row % 2}`)}`, [0, words(0)], /^$/],
  [
    'other blanks',
    `text,label\n${lines((row) => `a b${row % 3}\u00a0c,${row % 2}`)}`,
    [0, 'a b0\u00a0c'],
    /^$/,
  ],
];

for (const [name, text, first, says] of TEXTS)
  test(`texts with ${name}: each of them with its label`, async (t) => {
    const path = join(temporaryDirectory(t), 'texts.csv');
    writeFileSync(path, text);
    const read: [number, string][] = [];
    const { notices } = await readReviewTable(
      path,
      { format: 'csv', text: 'text', label: 'label', header: true },
      { onBytes() {}, onReview: (label, review) => void read.push([label, review]) },
    );
    assert.deepEqual([read.length, read.filter(([label]) => label === 1).length], [ROWS, ROWS / 2]);
    assert.deepEqual(read[0], first);
    assert.match(notices.join('\n'), says);
  });
