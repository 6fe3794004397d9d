// An hour of 24 in every form that is proposed: it ends the day, and no other time of a day is read in another way for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { list, quoted } from '../../../src/dataset/sources/table/duck.js';
import { secondsSql } from '../../../src/dataset/sources/table/time-sql.js';

const FORMATS = [
  '%Y-%m-%d %H:%M',
  '%m/%d/%Y %H:%M:%S',
  '%d.%m.%Y %H',
  '%Y-%m-%d %H.%M.%S',
  '%Y-%m-%d %H:%M:%S.%f',
  '%d%b%Y:%H:%M:%S',
  '%Y%m%d%H',
  '%Y%m%d%H%M',
  '%Y%m%d%H%M%S',
  '%Y%m%d %H%M',
  '%Y%m%d_%H%M%S',
  '%Y%m%dT%H%MZ',
  '%Y %m %d %H %M',
  '%Y %j %H',
  '%Y/%m/%d %H:%M:%S UTC',
];

/** Days around the 24th of a month, minutes around 24, and seconds. */
const TIMES =
  "select day + to_seconds(second) as moment from generate_series(timestamp '2020-01-22', timestamp '2020-01-25 23:59:00', interval 1 minute) d(day), (values (0), (24)) s(second)";

async function rows(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const read = (await connection.runAndReadAll(sql)).getRows();
  connection.closeSync();
  instance.closeSync();
  return read;
}

for (const format of FORMATS) {
  const secondsOf = (text: string, formats: readonly string[] = [format]): string =>
    secondsSql([text], { columns: [0], formats, zone: null });

  test(`an hour of 24 is the end of the day, nothing after it is: ${format}`, async () => {
    const at = (clock: string): string => {
      const [hour, minute, second] = clock.split(':') as [string, string, string];
      const day = "timestamp '2020-02-24'";
      const text = format
        .replace('%H', hour)
        .replace('%M', minute)
        .replace('%S', second)
        .replace('%f', '000');
      return secondsOf(`strftime(${day}, ${quoted(text)})`);
    };
    const clocks = ['24:00:00', '23:00:00', '25:00:00'];
    const late = format.includes('%M') ? ['24:01:00', '24:24:00'] : [];
    const [read] = await rows(`select ${[...clocks, ...late].map(at).join(', ')}`);
    const day = Date.UTC(2020, 1, 24) / 1000;
    assert.deepEqual(read, [day + 86_400, day + 82_800, null, ...late.map(() => null)]);
  });

  test(`other times are read as they are without it, whole or cut: ${format}`, async () => {
    const texts = `select strftime(moment, ${quoted(format)}) as whole from (${TIMES})`;
    const cuts = `select unnest([whole, left(whole, -1), left(whole, -2), left(whole, -3), whole || '0', substr(whole, 2)]) as text from (${texts})`;
    const [[count, differing]] = (await rows(
      `select count(*)::double, count(*) filter (${secondsOf('text')} is distinct from floor(epoch(try_strptime(trim(text), ${list([format])}))))::double from (select distinct text from (${cuts}))`,
    )) as [[number, number]];
    assert.ok(count > 90);
    assert.equal(differing, 0);
  });
}

test('an hour of 24 has an offset, as it is written', async () => {
  const formats = ['%Y-%m-%d %H:%M%z', '%Y-%m-%d %H:%MZ'];
  const texts = ['+0100', '+01:00', '-02', 'Z'].map((zone) => `2020-03-28 24:00${zone}`);
  const [read] = await rows(
    `select ${texts.map((text) => secondsSql([quoted(text)], { columns: [0], formats, zone: null })).join(', ')}`,
  );
  const end = Date.UTC(2020, 2, 29) / 1000;
  assert.deepEqual(read, [end - 3600, end - 3600, end + 7200, end]);
});
