// The files behind a dataset spec, by the names that a study's log has for them.
import { basename } from 'node:path';
import { SweepError } from '../errors.js';
import type { CsvSource, DatasetSpec, RowsSpec } from '../study/dataset-source.js';
import { byKind } from './by-kind.js';
import { jenaCsvPath } from './sources/jena-series.js';
import { seriesFiles } from './sources/series-files.js';

export interface SourceFiles {
  readonly name: string;
  readonly paths: readonly string[];
}

/** The files whose SHA-256 a study's first event can hold; a source is left out where they are not known. */
export async function sourceFiles(spec: DatasetSpec, cacheDirectory: string): Promise<SourceFiles[]> {
  return byKind<SourceFiles[] | Promise<SourceFiles[]>>(spec, {
    series: ({ sources }) => tableFilesOf(sources, cacheDirectory),
    labelled: ({ sources }) => tableFilesOf(sources, cacheDirectory),
    reviews: ({ sources }) =>
      sources.flatMap((source) => {
        if (source.type === 'named') return [];
        const test = source.type === 'table' ? source.test : null;
        return [{ name: basename(source.path), paths: test === null ? [source.path] : [source.path, test] }];
      }),
  });
}

async function tableFilesOf(sources: RowsSpec['sources'], cacheDirectory: string): Promise<SourceFiles[]> {
  const found: SourceFiles[] = [];
  for (const source of sources) {
    if (source.type === 'csv') {
      const paths = await knownFiles(source);
      if (paths !== null) found.push({ name: basename(source.path), paths });
    } else if (source.name === 'jena') found.push({ name: 'jena', paths: [jenaCsvPath(cacheDirectory)] });
  }
  return found;
}

/** null: SQL that reads a file which is gone. */
async function knownFiles(source: CsvSource): Promise<readonly string[] | null> {
  try {
    return await seriesFiles(source);
  } catch (thrown) {
    if (source.sql !== undefined && thrown instanceof SweepError) return null;
    throw thrown;
  }
}
