// DuckDB, opened for one source and shut in: it reads the files it is told of, nothing else, and writes nowhere but into its
// own temporary folder. Loaded when a source is read: studies on prepared data never pay for it.
import { realpathSync } from 'node:fs';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';

/** Enough for blocks of parsed rows of both threads; sorting spills into the temporary folder beyond it. */
const MEMORY_LIMIT = '256MB';
const MOST_THREADS = 4;
/** Of a result that is not fetched yet: enough for all threads to read on while its rows are used. */
const AHEAD = '8MB';

export interface Enclosure {
  /** Files that may be read. */
  readonly files: readonly string[];
  /** Folders whose files may be read; relative paths in SQL are looked for in the first. */
  readonly folders: readonly string[];
  /** Where sorts may spill. */
  readonly temporary: string;
  readonly threads?: number;
}

export class Duck {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open(enclosure: Enclosure): Promise<Duck> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(enclosure.threads ?? MOST_THREADS),
      memory_limit: MEMORY_LIMIT,
      temp_directory: enclosure.temporary,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    });
    const duck = new Duck(instance, await instance.connect());
    // A link is allowed as what it leads to.
    const files = [...new Set(enclosure.files.flatMap((file) => [file, realpathSync(file)]))];
    const folders = enclosure.folders.map((folder) => realpathSync(folder));
    await duck.run(`set allowed_paths = ${list(files)}`);
    await duck.run(`set allowed_directories = ${list(folders)}`);
    if (folders[0] !== undefined) await duck.run(`set file_search_path = ${quoted(folders[0])}`);
    await duck.run("set TimeZone = 'UTC'");
    await duck.run(`set streaming_buffer_size = ${quoted(AHEAD)}`);
    await duck.run('set enable_external_access = false');
    await duck.run('set lock_configuration = true');
    return duck;
  }

  private async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  /** All rows of a small result. */
  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.connection.runAndReadAll(sql)).getRowsJS();
  }

  /** Name and DuckDB's type of each column that a query gives, without its rows. */
  async columns(sql: string): Promise<readonly { readonly name: string; readonly type: string }[]> {
    const described = await this.rows(`describe ${sql}`);
    return described.map(([name, type]) => ({ name: String(name), type: String(type) }));
  }

  /** The rows of a query in blocks, as they are read. */
  async *stream(sql: string): AsyncGenerator<DuckDBDataChunk> {
    const result = await this.connection.stream(sql);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk;
    }
  }

  /** Ends what runs. */
  interrupt(): void {
    this.connection.interrupt();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** A text in SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name in SQL. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function list(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(', ')}]`;
}
