// SQL in a sweep file reads tables beside it and does nothing else, whatever it tries.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openTable } from '../../../src/dataset/sources/table/open-table.js';
import type { TableSettings } from '../../../src/dataset/sources/table/table.js';
import type { SweepError } from '../../../src/errors.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

interface Place {
  readonly inside: string;
  readonly outside: string;
}

function place(context: TestContext): Place {
  const root = temporaryDirectory(context);
  const [inside, outside] = [join(root, 'inside'), join(root, 'outside')];
  for (const folder of [inside, outside]) mkdirSync(folder);
  writeFileSync(join(inside, 'a.csv'), 'a,b\n1,2\n');
  writeFileSync(join(outside, 'secret.csv'), 'secret\n1\n');
  symlinkSync(join(outside, 'secret.csv'), join(inside, 'link.csv'));
  symlinkSync(outside, join(inside, 'folder'));
  return { inside, outside };
}

async function rowsOf(settings: TableSettings): Promise<number> {
  const table = await openTable(settings);
  let rows = 0;
  try {
    for await (const { count } of table.read({ numbers: [], texts: [0] })) rows += count;
  } finally {
    table.close();
  }
  return rows;
}

for (const sql of [
  "select * from 'a.csv'",
  "FROM 'a.csv'",
  "/* copy (select 1) to 'x' */ select a from read_csv('a.csv', header = true) -- ; attach 'x'",
  "select * from 'a.csv' where b in (select b from './a.csv')",
  "select 'copy; attach' as a, i from 'a.csv', range(3) r(i)",
  "with a as (select * from 'a.csv') select * from a union all select * from a",
])
  test(`is read: ${sql}`, async (context) => {
    assert.ok((await rowsOf({ path: place(context).inside, sql })) > 0);
  });

const HOSTILE: readonly string[] = [
  "copy (select 1) to 'INSIDE/w.csv'",
  "copy (select * from 'a.csv') to 'w.csv'; select * from 'a.csv'",
  "select * from 'a.csv'; copy (select 1) to 'INSIDE/w.csv'",
  "/* select */ copy (select 1) to 'INSIDE/w.csv' -- select * from 'a.csv'",
  "select * from 'a.csv' /* ; */ ; /* */ attach 'INSIDE/x.db'",
  "attach 'INSIDE/x.db'",
  "export database 'INSIDE/e'",
  'install httpfs',
  'load httpfs',
  'pragma version',
  'pragma_version()',
  'call pragma_version()',
  'set threads = 1',
  "set enable_external_access = true; select * from 'a.csv'",
  'create table t (a int)',
  "create view v as select * from 'a.csv'",
  'insert into t values (1)',
  'begin; select 1; commit',
  'prepare p as select 1',
  "explain analyze select * from 'a.csv'",
  "select * from 'OUTSIDE/secret.csv'",
  "select * from '../outside/secret.csv'",
  "select * from 'INSIDE/../outside/secret.csv'",
  "select * from 'link.csv'",
  "select * from 'folder/secret.csv'",
  "select * from read_csv('link.csv')",
  "select * from read_csv(['a.csv', '../outside/secret.csv'])",
  "select * from read_csv('../outside/' || 'secret.csv')",
  "select * from read_csv('../outside/*.csv')",
  "select * from '../outside/*.csv'",
  "select * from read_text('OUTSIDE/secret.csv')",
  "select * from read_text('a.csv')",
  "select * from read_blob('/proc/self/environ')",
  "select * from glob('/etc/*')",
  "select * from sniff_csv('/etc/passwd')",
  "select * from 'a.csv' where exists (select * from read_text('/etc/passwd'))",
  "select (select count(*) from '/etc/passwd') from 'a.csv'",
  "select * from query('select 1')",
  "select * from query_table(['a.csv'])",
  "select * from 'a.csv', lateral (select * from read_csv('../outside/secret.csv'))",
  "select * from 'https://example.com/a.csv'",
  "select * from read_parquet('s3://bucket/a.parquet')",
  "select * from 'a.csv', duckdb_settings()",
  "select * from 'a.csv', duckdb_secrets()",
  "select * from 'a.csv', enable_logging()",
  "select * from 'a.csv', checkpoint()",
  'select 1',
  'values (1)',
  '',
  ';',
  '-- nothing',
];
for (const sql of HOSTILE)
  test(`is refused: ${sql}`, async (context) => {
    const { inside, outside } = place(context);
    const before = readdirSync(inside);
    await assert.rejects(
      rowsOf({ path: inside, sql: sql.replaceAll('INSIDE', inside).replaceAll('OUTSIDE', outside) }),
      (error: SweepError) => {
        assert.match(error.code, /^(?:SPEC_INVALID|DATASET_NOT_FOUND|CSV_SYNTAX)$/);
        assert.ok(error.hint);
        return true;
      },
    );
    assert.deepEqual(readdirSync(inside), before);
  });

for (const where of ['b = 2', 'a = 1 and b is not null -- a comment', 'a between 0 and 5 or (b > 7)'])
  test(`is a condition: ${where}`, async (context) => {
    assert.equal(await rowsOf({ path: join(place(context).inside, 'a.csv'), where }), 1);
  });

for (const where of [
  '1 = 1) union select 1 from rows_of_table where (1 = 1',
  "1 = 1); copy (select 1) to 'INSIDE/w.csv'; select (1",
  "b = (select count(*) from '../outside/secret.csv')",
  "exists (select * from read_text('/etc/passwd'))",
  '1 = 1) order by (b',
  '1 = 1) limit (0',
  'secret = 1',
  '',
])
  test(`is no condition: ${where}`, async (context) => {
    const { inside } = place(context);
    const before = readdirSync(inside);
    await assert.rejects(
      rowsOf({ path: join(inside, 'a.csv'), where: where.replaceAll('INSIDE', inside) }),
      (error: SweepError) => {
        assert.match(error.message, /where/);
        return true;
      },
    );
    assert.deepEqual(readdirSync(inside), before);
  });
