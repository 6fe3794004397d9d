// Files whose values or order could be taken for something else: refused in words, or read with a note of what must be known.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readReviewTable } from '../../../src/dataset/reviews/review-table.js';
import { splitWords } from '../../../src/dataset/reviews/review-words.js';
import type { SweepError } from '../../../src/errors.js';
import type { CsvSource } from '../../../src/study/dataset-source.js';
import { SWEEP_FILE, sayNotice } from '../../../src/wording/fault-words.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { readWholeCsv } from '../../support/fixtures/whole-csv.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

function write(context: TestContext, lines: readonly string[]): string {
  const path = join(temporaryDirectory(context), 'data.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** The notes on the file, as one text. */
async function read(
  context: TestContext,
  lines: readonly string[],
  options: Partial<CsvSource> = {},
): Promise<string> {
  const { notices } = await readWholeCsv(csvSource(write(context, lines), options));
  return notices.map((notice) => sayNotice(notice, SWEEP_FILE)).join('\n');
}

async function refuses(
  context: TestContext,
  lines: readonly string[],
  pattern: RegExp,
  options: Partial<CsvSource> = {},
): Promise<void> {
  await assert.rejects(read(context, lines, options), (error: SweepError) => {
    assert.match(error.code, /^CSV_/);
    assert.match(error.message, pattern);
    assert.ok(error.hint);
    return true;
  });
}

const count = <Value>(length: number, of: (index: number) => Value): Value[] =>
  Array.from({ length }, (_, index) => of(index));
const two = (value: number): string => String(value).padStart(2, '0');

for (const digits of [
  '2020010100',
  '202001010000',
  '20200101',
  '20200101000000',
  '2001010000',
  '0101202000',
]) {
  test(`${digits} is no number of seconds since 1970`, async (context) => {
    await refuses(context, ['at;v', `${digits};1`], /:2:at: "\d+" is not a date/, { time: 'at' });
  });
}

test('seconds since 1970 whose digits begin like a short date are still times', async (context) => {
  assert.equal(await read(context, ['at,v', '1612312359,1', '1612312360,2'], { time: 'at' }), '');
});

test('dates written as digits that are read as a feature are noted', async (context) => {
  assert.match(
    await read(context, ['day,v', '20200101,1', '20200102,2']),
    /"day" looks like dates written as digits/,
  );
});

const BACKWARDS: readonly (readonly [string, (index: number) => string])[] = [
  ['month first', (index) => `01/${two(24 - index)}/2020`],
  ['day first', (index) => `${two(24 - index)}/01/2020 00:00`],
  ['ambiguous days', (index) => `0${9 - index}/0${9 - index}/2020`],
  ['months by name', (index) => `${24 - index}-Jan-20`],
  ['one day by the clock', (index) => `01/02/2020 ${8 - index}:00 PM`],
  ['digits', (index) => `202001${two(24 - index)}`],
  ['the year first, in two digits', (index) => `20-01-${two(24 - index)}`],
  ['a month before its day', (index) => `"Jan ${24 - index}, 2020"`],
  ['months by name', (index) => `${['Jun', 'May', 'Apr', 'Mar', 'Feb', 'Jan'][index]}-20`],
  ['quarters', (index) => `${2020 - index}-Q1`],
  ['quarters before the year', (index) => `Q1 ${2020 - index}`],
  ['weeks', (index) => `2020-W${two(24 - index)}`],
  ['months by number', (index) => `2020M${two(9 - index)}`],
  ['the month within', (index) => `${two(24 - index)}JAN2020:00:00:00`],
  ['digits with a clock', (index) => `202001${two(24 - index)}T0000`],
];
for (const [name, date] of BACKWARDS) {
  test(`rows from the newest to the oldest are refused though their dates are not read: ${name}`, async (context) => {
    const lines = ['Date,Close,Open', ...count(6, (index) => `${date(index)},${index},${index}`)];
    await refuses(context, lines, /:2:Date: the rows go from the newest to the oldest/);
    await refuses(context, lines, /:2:Date: the rows go from the newest/, { columns: ['Close', 'Open'] });
  });
}

test('by what the order of the rows was checked is said whenever no time was read', async (context) => {
  const lines = ['Date,v', ...count(6, (index) => `01/${two(index + 1)}/2020,${index}`)];
  for (const options of [{}, { columns: ['v'] }]) {
    const notes = await read(context, lines, options);
    assert.match(notes, /from the oldest to the newest was checked by "Date" alone/);
    assert.match(notes, /"01\/01\/2020" is in no form that is read/);
  }
  assert.equal(await read(context, ['Date,v', '2020-01-01,1', '2020-01-02,2'], { columns: ['v'] }), '');
});

for (const series of [2, 3]) {
  test(`${series} series below each other are refused`, async (context) => {
    const days = count(28, (day) => `2020-01-${two(day + 1)}`);
    const lines = count(series, (one) => days.slice(one * 5).map((day) => `${day};${one}`)).flat();
    await refuses(context, ['when;v', ...lines], /:30:when: 2020-01-06 .* goes back over much of the series/);
  });
}

test('a clock that is set back an hour is no second series', async (context) => {
  const hours = [...count(20, (hour) => hour), 19, 20, 21, 22, 23];
  const notes = await read(context, ['t,v', ...hours.map((hour) => `2020-01-01 ${two(hour)}:00,1.5`)]);
  assert.match(notes, /line 22: .* is not later/);
});

for (const line of [
  '2020-01-01 00:00,0.5,7',
  '01/01/2020,0.5,7',
  'A,2020-01-01,7',
  '1-Jan-20,0.5,7',
  '20200101,NA,7',
]) {
  test(`${line} is no line of column names`, async (context) => {
    await refuses(
      context,
      [line, line.replace('7', '8')],
      /:1: the first line holds the date .* and numbers/,
    );
  });
}

for (const [name, values, at] of [
  ['whole numbers and thousands', [990, '1.000', '1.001'], 3],
  ['far into the file', [...count(300, (index) => index), '1.234'], 302],
  ['negative', [-5, '-1.234', 7], 3],
] as const) {
  test(`points that may group thousands are refused: ${name}`, async (context) => {
    await refuses(
      context,
      [
        'time;a;load',
        ...values.map(
          (value, row) => `${two((row % 28) + 1)}.01.${2000 + Math.floor(row / 28)};1.5;${value}`,
        ),
      ],
      new RegExp(`:${at}:load: -?1\\.\\d{3} may be thousands`),
    );
  });
}

for (const values of [
  ['1.000', '1.125'],
  ['990.5', '1', '1.234'],
  ['0.125', '1', '1.234'],
  ['1000', '1', '1.234'],
]) {
  test(`decimals are read: ${values.join(' ')}`, async (context) => {
    assert.doesNotMatch(await read(context, ['v,w', ...values.map((value) => `${value},1`)]), /thousands/);
  });
}

test('thousands with a comma are refused with both readings', async (context) => {
  await assert.rejects(
    read(
      context,
      ['v', '"990"', '"1,100"'].map((line) => `${line};1`),
    ),
    (error: SweepError) => {
      assert.match(error.message, /"1,100" is not a number/);
      assert.match(error.hint ?? '', /1100 if the comma marks thousands/);
      return true;
    },
  );
});

for (const zone of ['+02:00', 'Z', '-0530']) {
  test(`times with the zone ${zone} are noted as UTC`, async (context) => {
    const lines = ['time,v', `2020-01-01T00:00:00${zone},1`, `2020-01-01T01:00:00${zone},2`];
    assert.match(await read(context, lines), /name a zone: they are read, shown and written as UTC/);
  });
}

test('blanks of any kind part the words of a review', () => {
  for (const blank of [' ', '\t', '\n', '\u00a0', '\u2007', '\u2009', '\u202f', '\u3000', '\ufeff'])
    assert.deepEqual(splitWords(`${blank}One${blank}two${blank}`), ['one', 'two']);
});

test('a quote that swallows reviews is noted, a text of several lines is not', async (context) => {
  const notes = async (lines: readonly string[]): Promise<string> => {
    const path = write(context, ['label,text', ...lines]);
    const form = { format: 'csv', text: 'text', label: 'label', header: true } as const;
    const { notices } = await readReviewTable(path, form, { onBytes() {}, onReview() {} });
    return notices.join('\n');
  };
  assert.match(
    await notes(['1,fine', '0,"so bad', '1,"" and so good', '0,the end"', '1,"x', '0,y"']),
    /:3: the text goes on over several lines, of which line 4 looks like a review of its own, and so do 1 further ones: is a quote missing/,
  );
  assert.equal(await notes(['1,"first line', '', '2, 3, and more', 'last line"', '0,no']), '');
});

test('a quote inside an unquoted field of a review is a character', async (context) => {
  const path = write(context, [
    'label,text,note',
    '1,a 5" screen,x',
    '0,the 7" one,"a, ""b""',
    'c"',
    '1,6" by 4",y"',
  ]);
  const reviews: [number, string][] = [];
  await readReviewTable(
    path,
    { format: 'csv', text: 'text', label: 'label', header: true },
    {
      onBytes() {},
      onReview: (label, text) => void reviews.push([label, text]),
    },
  );
  assert.deepEqual(reviews, [
    [1, 'a 5" screen'],
    [0, 'the 7" one'],
    [1, '6" by 4"'],
  ]);
});

/** Hours since the first day of 2020, as month first dates. */
const monthFirst = (hour: number): string => {
  const day = new Date(Date.UTC(2020, 0, 1, hour)).toISOString();
  return `${day.slice(5, 7)}/${day.slice(8, 10)}/${day.slice(0, 4)} ${day.slice(11, 16)}`;
};
const iso = (hour: number): string => new Date(Date.UTC(2020, 0, 1, hour)).toISOString().slice(0, 16);

for (const [form, of] of [
  ['read', (hour: number) => iso(hour).replace('T', ' ')],
  ['not read', monthFirst],
] as const) {
  const rowsOf = (hours: readonly number[]): string[] => [
    'Date,v',
    ...hours.map((hour, row) => `${of(hour)},${row % 7}.5`),
  ];

  test(`a series that turns back far into the file is refused: dates that are ${form}`, async (context) => {
    const hours = [...count(9000, (hour) => hour), 8998, 8997, 8996, 8995];
    await refuses(context, rowsOf(hours), /:9002:Date: .* earlier than the row before .* go back further/);
  });

  test(`two series one after the other are refused, wherever they meet: dates that are ${form}`, async (context) => {
    const hours = count(600, (hour) => hour);
    await refuses(context, rowsOf([...hours, ...hours]), /:602:Date: .* goes back over much of the series/);
  });

  test(`two series by turns are refused: dates that are ${form}`, async (context) => {
    const hours = count(300, (row) => Math.floor(row / 2));
    await refuses(context, rowsOf(hours), /:3:Date: .* is not later than .*nor are 149 further ones/);
  });

  test(`rows without order behind the first hundred are refused: dates that are ${form}`, async (context) => {
    const hours = count(400, (row) => (row < 200 ? row : 200 + ((row * 37) % 200)));
    await refuses(context, rowsOf(hours), /is not later than|goes back over/);
  });

  test(`a row that comes twice is noted: dates that are ${form}`, async (context) => {
    const notes = await read(
      context,
      rowsOf([...count(150, (hour) => hour), 149, ...count(150, (hour) => 150 + hour)]),
    );
    assert.match(notes, /line 152: .* is not later than/);
  });
}

for (const [name, lines] of [
  ['years', ['Year,v', ...count(30, (row) => `${2020 - row},${row}`)]],
  [
    'months',
    ['Month,v', ...count(30, (row) => `${2020 - Math.floor(row / 12)}-${two(12 - (row % 12))},${row}`)],
  ],
  ['seconds since 1970', ['time,v', ...count(30, (row) => `${1577836800 - row * 3600},${row}`)]],
  ['years of two digits', ['Date,v', ...count(12, (row) => `01/${two(28 - row)}/99,${row}`)]],
  ['months by name, with a clock', ['v,Date', ...count(9, (row) => `${row},1-Jan-2020 ${9 - row}:00`)]],
  [
    'year and month apart',
    ['Year,Month,v', ...count(30, (row) => `${2020 - Math.floor(row / 12)},${12 - (row % 12)},1`)],
  ],
  ['the hours of one day', ['year,mo,day,hour,v', ...count(24, (row) => `2020,1,5,${23 - row},${row}`)]],
  ['months by name apart', ['Year,Month,Day,v', ...count(28, (row) => `2020,Feb,${28 - row},${row}`)]],
  ['days of the year', ['YEAR,DOY,v', ...count(90, (row) => `2020,${90 - row},${row}`)]],
  ['date and time apart', ['Date,Time,v', ...count(9, (row) => `01/02/2020,${9 - row}:00,${row}`)]],
] as const) {
  test(`rows from the newest to the oldest are refused: ${name}`, async (context) => {
    await refuses(context, lines, /:2:\w+: the rows go from the newest to the oldest/);
  });
}

test('a time in parts is checked by all of them, and how it is read is said', async (context) => {
  const hourly = count(50, (row) => `2020,1,${1 + Math.floor(row / 24)},${row % 24},${row}`);
  const notes = await read(context, ['year,month,day,hour,v', ...hourly]);
  assert.match(notes, /checked by "year", "month", "day", "hour" alone/);
  assert.match(notes, /"time": \["year","month","day","hour"\], "timeFormat": "%Y %m %d %H"/);
  const set = { time: ['year', 'month', 'day', 'hour'], timeFormat: '%Y %m %d %H' };
  assert.equal(await read(context, ['year,month,day,hour,v', ...hourly], set), '');
  const ordinal = ['year,doy,v', ...count(40, (row) => `2020,${1 + row},${row}`)];
  assert.match(await read(context, ordinal), /"time": \["year","doy"\], "timeFormat": "%Y %j"/);
  assert.equal(await read(context, ordinal, { time: ['year', 'doy'], timeFormat: '%Y %j' }), '');
});

test('a year that is the same in all rows checks no order', async (context) => {
  const notes = await read(context, ['year,week,v', ...count(9, (row) => `2020,${9 - row},${row}`)]);
  assert.match(notes, /"year" is the same in all rows, so that their order is not checked/);
});

test('fields that blanks part are refused with the setting', async (context) => {
  const hints = async (rows: readonly string[]): Promise<string> => {
    const refused = await read(context, rows).catch((error: SweepError) => error);
    assert.ok(typeof refused !== 'string');
    return refused.hint ?? '';
  };
  const days = (gap: string): string[] => count(9, (row) => [`2020-01-0${row + 1}`, row, 1.5].join(gap));
  assert.match(await hints(['date v w', ...days(' ')]), /set "delimiter": " "$/);
  assert.match(await hints(['date   v   w', ...days('   ')]), /runs of blanks/);
});

test('days that come more than once say nothing of the rows within them', async (context) => {
  const days = count(60, (row) => `01/${two(1 + Math.floor(row / 6))}/2020,${row % 7}`);
  assert.match(await read(context, ['Date,v', ...days]), /checked by "Date" alone$/);
});

test('days of two digits with the year first are no second series', async (context) => {
  const days = count(60, (row) => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(2, 10));
  assert.match(
    await read(context, ['Date,v', ...days.map((day, row) => `${day},${row % 7}`)]),
    /checked by "Date" alone$/,
  );
});

for (const [name, date] of [
  ['days', (day: number) => `01/${two(day + 1)}/2020`],
  ['quarters', (quarter: number) => `${2010 + (quarter >> 2)}-Q${(quarter % 4) + 1}`],
  ['years', (year: number) => `${1990 + year}`],
] as const)
  test(`${name} that come once for each text of a column are noted with the setting`, async (context) => {
    const head = `${name === 'years' ? 'Year' : 'date'},place,v`;
    const rows = count(60, (row) => `${date(Math.floor(row / 3))},${'ABC'[row % 3]},${row % 5}`);
    assert.match(
      await read(context, [head, ...rows]),
      /not with the same "place": .*"series": "place" tells them apart/,
    );
    const alone = count(60, (row) => `${date(Math.floor(row / 3))},${'AABBB'[row % 5]},${row % 5}`);
    assert.doesNotMatch(await read(context, [head, ...alone]), /"series": "place"/);
  });

for (const [head, parts] of [
  ['Year,Month,v', ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']],
  ['Year,Quarter,v', ['Q1', 'Q2', 'Q3', 'Q4']],
  ['Week,Day,v', ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']],
  ['date,half,v', ['AM', 'PM']],
] as const)
  test(`parts of the time are no series: ${head}`, async (context) => {
    const long = (at: number): string =>
      head.startsWith('Year')
        ? `${1990 + at}`
        : head.startsWith('Week')
          ? `2020-W${two(at + 1)}`
          : `01/${two(at + 1)}/2020`;
    const rows = count(20 * parts.length, (row) =>
      [long(Math.floor(row / parts.length)), parts[row % parts.length], row].join(),
    );
    assert.doesNotMatch(await read(context, [head, ...rows]), /"series"/);
  });

test('a row without a date and a value is filled where no times are read, as the rows behind it keep their places', async (context) => {
  for (const blank of [',,', ',,sensor down']) {
    const rows = count(30, (row) => (row === 5 ? blank : `01/${two(row + 1)}/2020,${row},`));
    const { values, missingValues } = await readWholeCsv(
      csvSource(write(context, ['Date,v,note', ...rows]), { onMissing: 'forward-fill' }),
    );
    assert.deepEqual([values.length, values[5], missingValues], [30, [4], 1]);
  }
});

test('texts of months that are no time of the rows are not held against their order', async (context) => {
  const rows = count(12, (row) => `${row * 5},${['Mar 2020', 'Jan 2020', 'Feb 2021'][row % 3]},${row}`);
  assert.match(await read(context, ['n,cohort,v', ...rows]), /the order of the rows is not checked/);
});

test('dates of which some have the month first and others the day are said to be in no one form', async (context) => {
  assert.match(
    await read(context, ['Date,v', ...count(6, (row) => `0${row + 1}/14/2020,1`), '14/07/2020,2']),
    /"Date" is in no one form of a date, so that the order of the rows is not checked/,
  );
});

test('a date that tells nothing of the rows does not count where another one does', async (context) => {
  const rows = count(9, (row) => `0${9 - row}/01/1990,01/0${row + 1}/2020 ,${row}`);
  assert.match(
    await read(
      context,
      ['birth,Date,v', ...rows].map((line) => line.split(',').slice(1).join(',')),
    ),
    /"Date" alone/,
  );
});

test('date and time apart are refused with what to do', async (context) => {
  await assert.rejects(
    read(context, ['Date,Time,v', ...count(24, (hour) => `2020-01-01,${two(hour)}:00:00,${hour}`)]),
    (error: SweepError) => {
      assert.match(error.hint ?? '', /write date and time into one column: the time of day stands in "Time"/);
      return true;
    },
  );
});

for (const [name, times] of [
  ['hours since 1970', ['438288', '438289']],
  ['minutes since 1970', ['26297280', '26297340']],
  ['microseconds since 1970', ['1577836800000000', '1577840400000000']],
  ['nanoseconds since 1970', ['1577836800000000000', '1577840400000000000']],
  ['days since 1900', ['43831', '43831.0416667']],
  ['days since 1900, by the hour', ['43831.5', '43831.5416667']],
  ['decimal years', ['2020.001', '2020.002']],
  ['a day of the year', ['1', '2']],
  ['an exponent', ['1.5778368e9', '1.5778404e9']],
  ['the month before the day, with points', ['01.13.2020', '01.14.2020']],
  ['a month of thirteen', ['2020-13-01', '2020-13-02']],
  ['a 30th of February', ['2020-02-30', '2020-02-31']],
] as const) {
  test(`${name} are no times that are read`, async (context) => {
    await refuses(context, ['time,v', ...times.map((time) => `${time},1`)], /:2:time: ".*" is not a date/, {
      time: 'time',
    });
  });
}

test('milliseconds and seconds since 1970 are the same times', async (context) => {
  for (const unit of ['', '000'])
    assert.equal(
      await read(context, ['time,v', `1577836800${unit},1`, `1577840400${unit},2`, `1577844000${unit},3`], {
        time: 'time',
      }),
      '',
    );
});

for (const [name, times, kind] of [
  ['days since 1900', ['43831', '43832', '43833'], /"date" looks like dates as spreadsheets count them/],
  [
    'seconds since 1970',
    ['1577836800', '1577840400'],
    /"date" looks like seconds or milliseconds since 1970/,
  ],
] as const) {
  test(`${name} that nothing names as the time are noted`, async (context) => {
    assert.match(await read(context, ['date,v', ...times.map((time) => `${time},1`)]), kind);
  });
}

test('times of which some name a zone and others none are refused', async (context) => {
  await refuses(
    context,
    ['t,v', '2020-01-01T00:00:00+01:00,1', '2020-01-01T01:00:00+01:00,2', '2020-01-01T01:30:00,3'],
    /:4:t: times such as 2020-01-01T00:00:00\+01:00 name a zone, others such as 2020-01-01T01:30:00 name none/,
  );
});

test('an hour that a clock repeats in autumn is noted, and none where the zone is named', async (context) => {
  const before = count(100, (hour) => iso(hour));
  const local = [...before, iso(99), ...count(100, (hour) => iso(100 + hour))];
  assert.match(
    await read(context, ['t,v', ...local.map((time) => `${time},1.5`)]),
    /line 102: .* is not later/,
  );
  const zoned = [
    ...before.map((time) => `${time}+02:00`),
    ...count(100, (hour) => `${iso(99 + hour)}+01:00`),
  ];
  assert.doesNotMatch(await read(context, ['t,v', ...zoned.map((time) => `${time},1.5`)]), /is not later/);
});

for (const [field, hint] of [
  ['1,100', /1100 if the comma marks thousands, 1.1 if it marks decimals/],
  ['1,234,567', /1234567 if the comma marks thousands/],
  ['1.234.567', /without marks between thousands/],
  ['1.234,5', /without marks between thousands/],
  ['1,234.5', /without marks between thousands/],
  ['1 234', /without blanks or marks between its digits/],
  ['1\u00a0234', /without blanks or marks between its digits/],
  ['1\u202f234,5', /without blanks or marks between its digits/],
  ["1'234", /without blanks or marks between its digits/],
  ['12.5 °C', /its unit belongs into the name of the column/],
  ['5%', /its unit belongs into the name of the column/],
  ['$3.50', /the number alone/],
  ['\u22121.5', /a plain minus/],
  ['(1.5)', /not in brackets/],
  ['1\u200b5', /a blank stands within it/],
] as const) {
  const shown = field.replaceAll(/[^ -~]/g, '?');
  test(`${shown} is refused with what was meant, among numbers and as a whole column`, async (context) => {
    for (const others of [['1', '2'], ['1.5'], []])
      await assert.rejects(
        read(context, ['v;w', ...others.map((other) => `${other};x`), `${field};x`, `${field};x`]),
        (error: SweepError) => {
          assert.match(error.hint ?? '', hint);
          assert.doesNotMatch(`${error.message}${error.hint}`, /[\u00a0\u200b\u202f]/);
          return true;
        },
      );
  });
}

test('blanks of any kind around a number or a time are no part of it', async (context) => {
  for (const blank of [' ', '\u00a0', '\u2007', '\u202f', '\u3000', '\ufeff']) {
    const lines = [
      `t;${blank}v${blank}`,
      ...count(3, (row) => `${blank}2020-01-0${row + 1}${blank};${blank}${row}${blank}`),
    ];
    assert.equal(await read(context, lines), '');
  }
});

test('a name with blanks that look like plain ones is found by what is read', async (context) => {
  const lines = ['T\u00a0(degC),p\u200b\u202f(mbar)', '1,2', '3,4'];
  assert.doesNotMatch(await read(context, lines, { columns: ['T (degC)', 'p (mbar)'] }), /no column "/);
});

for (const mark of ['-999', '-99.9', '9999', '1e20', '-32768', '-200', '9.969209968386869e+36'] as const) {
  test(`${mark} is noted where it may mark missing values`, async (context) => {
    const values = count(50, (row) => (row % 10 === 3 ? mark : String(10 + (row % 7))));
    const shown = String(Number(mark)).replace('+', '\\+');
    assert.match(
      await read(context, ['v,w', ...values.map((value) => `${value},1`)]),
      new RegExp(`"v" is ${shown} in 5 rows and from 10 to 16 in all others: name ${shown} in "missing"`),
    );
    assert.doesNotMatch(
      await read(context, ['v,w', ...values.map((value) => `${value},1`)], {
        missing: [Number(mark)],
        onMissing: 'drop',
      }),
      /marks a missing value/,
    );
  });
}

test('two marks at both ends are both noted, and a number that others lie around is none', async (context) => {
  const notes = await read(context, [
    'v,w',
    ...count(40, (row) => `${row % 8 === 0 ? -999 : row % 8 === 1 ? 999 : row % 5},1`),
  ]);
  assert.match(notes, /"v" is -999 in 5 rows/);
  assert.match(notes, /"v" is 999 in 5 rows/);
  for (const values of [
    count(40, (row) => 980 + row),
    count(40, (row) => (row < 3 ? 999 : row * 30)),
    [1, 2, 999, 3],
  ])
    assert.doesNotMatch(
      await read(context, ['v,w', ...values.map((value) => `${value},1`)]),
      /missing value/,
    );
});

for (const [name, line, pattern] of [
  ['numbers, some of them twice', '2020;01;01;0', /:1: the first line holds numbers/],
  ['a month and numbers', '2020-01;0.5;7', /:1: the first line holds the date/],
] as const) {
  test(`a file without names is refused: ${name}`, async (context) => {
    await refuses(context, [line, line, line], pattern);
  });
}

test('names that are numbers are noted, as the line may be a row', async (context) => {
  assert.match(
    await read(context, ['X,12.5,3', 'X,12.6,4', 'X,12.7,5']),
    /columns are called 12.5, 3, as the first line has it/,
  );
});

test('a single column with a quoted name is read', async (context) => {
  assert.match(await read(context, ['"value"', '0', '1']), /^no column was read as the time/);
  assert.match(await read(context, ['"value"', '"0"', '"1"']), /^no column was read as the time/);
});

for (const [name, lines, pattern, hint] of [
  [
    'a delimiter at the end of each row',
    ['time,v', '2020-01-01,0,', '2020-01-02,1,'],
    /:2: 3 fields, .* 2 columns/,
    /ends with a delimiter/,
  ],
  [
    'a decimal comma between commas',
    ['t,a', '2020-01-01,0,5'],
    /:2: 3 fields, the header has 2 columns/,
    /one field for each column/,
  ],
  [
    'a quote that is not closed',
    ['t,a,b', '2020-01-01,"x,1', '2020-01-02,y",2'],
    /:2: a quote is opened and not closed/,
    /close it/,
  ],
] as const) {
  test(`${name} is refused with its line`, async (context) => {
    await assert.rejects(read(context, lines), (error: SweepError) => {
      assert.match(error.message, pattern);
      assert.match(error.hint ?? '', hint);
      return true;
    });
  });
}

for (const onMissing of ['error', 'drop', 'forward-fill'] as const) {
  test(`a column without any value is left out with a note, and refused where it is asked for: ${onMissing}`, async (context) => {
    const lines = ['t,v,latitude', ...count(240, (hour) => `${iso(hour)},${hour},`)];
    assert.match(await read(context, lines, { onMissing }), /without any value are left out: "latitude"/);
    const columns = ['v', 'latitude'];
    await assert.rejects(read(context, lines, { onMissing, columns }), (error: SweepError) => {
      assert.match(error.message, /"latitude" has no value in any row/);
      assert.match(error.hint ?? '', /naming the other columns in "columns"/);
      return true;
    });
    const late = [...lines, `${iso(240)},1,2`];
    if (onMissing === 'error')
      await refuses(context, late, /:2:latitude: "" marks a missing value/, { onMissing });
    assert.equal(await read(context, lines, { onMissing, columns: ['v'] }), '');
  });
}
