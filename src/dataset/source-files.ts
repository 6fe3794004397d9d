// The files behind a dataset spec, by the names that a study's log has for them.
import { basename } from 'node:path';
import type { DatasetSpec } from '../study/dataset-source.js';
import { byKind } from './by-kind.js';
import { jenaCsvPath } from './sources/jena-series.js';
import { seriesFiles } from './sources/series-files.js';

export interface SourceFiles {
  readonly name: string;
  readonly paths: readonly string[];
}

/** The files whose SHA-256 a study's first event can hold. */
export function sourceFiles(spec: DatasetSpec, cacheDirectory: string): SourceFiles[] {
  return byKind<SourceFiles[]>(spec, {
    series: ({ sources }) =>
      sources.flatMap((source) => {
        if (source.type === 'csv') return [{ name: basename(source.path), paths: seriesFiles(source) }];
        return source.name === 'jena' ? [{ name: 'jena', paths: [jenaCsvPath(cacheDirectory)] }] : [];
      }),
    reviews: ({ sources }) =>
      sources.flatMap((source) => {
        if (source.type === 'named') return [];
        const test = source.type === 'table' ? source.test : null;
        return [{ name: basename(source.path), paths: test === null ? [source.path] : [source.path, test] }];
      }),
  });
}
