// SQL that a person wrote, before it is run: a single SELECT that reads tables beside the sweep file and calls nothing that does
// more. It is parsed by DuckDB itself, never by looking at its text; its file names become absolute ones.
import { randomUUID } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { SweepError } from '../../../errors.js';
import { Duck, quoted } from './duck.js';
import { tableFiles } from './table-files.js';

/** Of those that stand in FROM: they read a file that is named, or make rows of nothing. */
const FILE_READERS = new Set([
  'read_csv',
  'read_csv_auto',
  'read_parquet',
  'parquet_scan',
  'read_json',
  'read_json_auto',
  'read_ndjson',
  'read_ndjson_auto',
]);
const ROW_MAKERS = new Set(['range', 'generate_series', 'unnest']);

interface SqlNode {
  readonly [field: string]: unknown;
}

export interface CheckedSql {
  readonly sql: string;
  /** Absolute, without repetition. */
  readonly files: readonly string[];
}

/** Parsing needs no file: DuckDB may read none then. */
export async function checkAlone<Value>(
  temporary: string,
  check: (duck: Duck) => Promise<Value>,
): Promise<Value> {
  const duck = await Duck.open({ files: [], folders: [], temporary, threads: 1 });
  try {
    return await check(duck);
  } finally {
    duck.close();
  }
}

/** The files that a SELECT reads, in its order. Throws as checkSelect does, DATASET_NOT_FOUND for one that is not there. */
export async function filesOfSelect(sql: string, folder: string): Promise<readonly string[]> {
  const temporary = join(tmpdir(), `.${randomUUID()}.table.tmp`);
  try {
    return (await checkAlone(temporary, (duck) => checkSelect(duck, sql, folder))).files;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Throws SPEC_INVALID for what is no single SELECT, or reads what does not lie in `folder`. */
export async function checkSelect(duck: Duck, sql: string, folder: string): Promise<CheckedSql> {
  const statements = await parse(duck, sql, 'dataset.source.sql', 'a single SELECT');
  const files = new Set<string>();
  const named = commonTables(statements);
  const rewritten = rewrite(statements, (node) => withFiles(node, named, folder, files));
  const [[text] = []] = await duck.rows(
    `select json_deserialize_sql(${quoted(asIntegers(JSON.stringify({ error: false, statements: rewritten })))}::json)`,
  );
  if (files.size === 0) throw refusal('reads no file', "name one in FROM: select … from 'load.csv'");
  return { sql: String(text), files: [...files] };
}

/** Throws SPEC_INVALID for what is no condition over the columns of a row. */
export async function checkCondition(duck: Duck, where: string): Promise<void> {
  const field = 'dataset.source.where';
  const what = 'a condition over the columns, such as store = 7';
  const statements = await parse(duck, `select 1 from rows_of_table where (${where}\n)`, field, what);
  const node = asNode(asNode(statements[0]).node);
  const from = asNode(node.from_table);
  const isWhole =
    node.type === 'SELECT_NODE' &&
    from.type === 'BASE_TABLE' &&
    from.table_name === 'rows_of_table' &&
    node.where_clause !== null &&
    [node.modifiers, node.group_expressions].every((list) => Array.isArray(list) && list.length === 0) &&
    [node.having, node.qualify, node.sample].every((part) => part === null);
  const isAlone = !someNode(node.where_clause, (one) => one.class === 'SUBQUERY');
  if (isWhole && isAlone) return;
  throw new SweepError('SPEC_INVALID', `${field} is not ${what}`, {
    path: field,
    hint: 'write what follows WHERE in SQL, without a SELECT within it',
  });
}

async function parse(duck: Duck, sql: string, field: string, what: string): Promise<readonly unknown[]> {
  const [[text] = []] = await duck.rows(`select json_serialize_sql(${quoted(sql)}::varchar)`);
  const parsed = JSON.parse(withWholeIntegers(String(text))) as {
    readonly error: boolean;
    readonly error_message?: string;
    readonly statements?: readonly unknown[];
  };
  const { statements } = parsed;
  if (!parsed.error && statements !== undefined && statements.length === 1) return statements;
  const reason = parsed.error ? `: ${parsed.error_message ?? ''}`.split('\n', 1)[0]! : '';
  throw new SweepError('SPEC_INVALID', `${field} is not ${what}${reason}`, {
    path: field,
    hint: 'nothing else is run: no second statement, no COPY, ATTACH, INSTALL, PRAGMA or SET',
  });
}

/** JSON's integers beyond 2^53 as marked texts, which keep their digits. */
function withWholeIntegers(json: string): string {
  return json.replaceAll(/(?<!\\)":(-?\d{16,})(?=[,}\]])/g, String.raw`":"\u0001$1"`);
}

function asIntegers(json: string): string {
  return json.replaceAll(/"\\u0001(-?\d{16,})"/g, '$1');
}

/** A table in FROM with its file made absolute; other nodes as they are. */
function withFiles(
  node: SqlNode,
  named: ReadonlySet<string>,
  folder: string,
  files: Set<string>,
): SqlNode | null {
  if (node.type === 'BASE_TABLE' && typeof node.table_name === 'string') {
    if (named.has(node.table_name.toLowerCase())) return null;
    const path = insideFolder(node.table_name, folder);
    for (const file of tableFiles(path)) files.add(file);
    return { ...node, table_name: path };
  }
  if (node.type !== 'TABLE_FUNCTION') return null;
  const call = asNode(node.function);
  const name = String(call.function_name).toLowerCase();
  if (ROW_MAKERS.has(name)) return null;
  const [first, ...others] = call.children as readonly SqlNode[];
  const value = first === undefined ? undefined : asNode(first.value).value;
  if (!FILE_READERS.has(name) || typeof value !== 'string')
    throw refusal(
      `calls ${name}, which is not read from`,
      `FROM takes the name of a file, or ${[...FILE_READERS].slice(0, 3).join(', ')} and the like with one`,
    );
  const path = insideFolder(value, folder);
  for (const file of tableFiles(path)) files.add(file);
  const constant = { ...first, value: { ...asNode(first!.value), value: path } };
  return { ...node, function: { ...call, children: [constant, ...others] } };
}

/** Names that WITH gives. */
function commonTables(statements: readonly unknown[]): ReadonlySet<string> {
  const names = new Set<string>();
  someNode(statements, (node) => {
    const map = asNode(node.cte_map).map;
    if (Array.isArray(map)) for (const { key } of map as { key: string }[]) names.add(key.toLowerCase());
    return false;
  });
  return names;
}

function insideFolder(name: string, folder: string): string {
  const path = resolve(folder, name);
  const real = (one: string): string => {
    try {
      return realpathSync(one);
    } catch {
      // A pattern, or a file that is not there: its folder decides, and reading it says the rest.
      return resolve(realpathOf(dirname(one)), relative(dirname(one), one));
    }
  };
  const inside = relative(realpathOf(folder), real(path));
  if (inside !== '' && !inside.startsWith('..') && !isAbsolute(inside) && !/^[a-z]+:\/\//i.test(name))
    return path;
  throw refusal(
    `reads ${JSON.stringify(name)}, which does not lie beside the sweep file`,
    `only files in ${folder} are read: copy or link it there`,
  );
}

function realpathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function refusal(what: string, hint: string): SweepError {
  return new SweepError('SPEC_INVALID', `dataset.source.sql ${what}`, { path: 'dataset.source.sql', hint });
}

/** A copy of the tree in which `change` replaced nodes; what it replaces is not looked into again but for its children. */
function rewrite(value: unknown, change: (node: SqlNode) => SqlNode | null): unknown {
  if (Array.isArray(value)) return value.map((one) => rewrite(one, change));
  if (typeof value !== 'object' || value === null) return value;
  const node = change(value as SqlNode) ?? (value as SqlNode);
  return Object.fromEntries(Object.entries(node).map(([field, child]) => [field, rewrite(child, change)]));
}

function someNode(value: unknown, test: (node: SqlNode) => boolean): boolean {
  if (Array.isArray(value)) return value.some((one) => someNode(one, test));
  if (typeof value !== 'object' || value === null) return false;
  return test(value as SqlNode) || Object.values(value).some((child) => someNode(child, test));
}

function asNode(value: unknown): SqlNode {
  return typeof value === 'object' && value !== null ? (value as SqlNode) : {};
}
