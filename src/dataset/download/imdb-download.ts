// `sweep data fetch imdb`: Keras' archive of the IMDB reviews, where review-source.ts looks for it.
import { copyFileSync } from 'node:fs';
import { IMDB_SHA256, IMDB_URL, imdbPath } from '../reviews/imdb-reviews.js';
import { type FetchedFile, type FetchOptions, fetchKnown } from './known-download.js';

/** See fetchKnown. */
export function fetchImdb(options: FetchOptions): Promise<FetchedFile> {
  const path = imdbPath(options.cacheDirectory);
  const known = {
    what: 'Keras’ archive of the IMDB reviews',
    path,
    partPath: `${path}.part`,
    url: IMDB_URL,
    sha256: options.sha256 ?? IMDB_SHA256,
    isText: false,
    async unpack(partPath: string, at: string) {
      copyFileSync(partPath, at);
    },
  };
  return fetchKnown(known, options);
}
