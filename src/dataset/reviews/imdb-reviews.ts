// What is known of the IMDB reviews as Keras distributes them: where they come from, their digest, their place in the
// cache. Facts only, no reading. The data: Maas et al. 2011, "Learning Word Vectors for Sentiment Analysis".
import { join } from 'node:path';
import type { ReviewArchiveSource } from '../../study/dataset-source.js';

export const IMDB_URL = 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz';
/** As Keras' own imdb.load_data checks it. */
export const IMDB_SHA256 = '69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f';

/** What a file in its place is called, by its digest. */
export function imdbName(sha256: string): string {
  return sha256 === IMDB_SHA256 ? 'imdb' : 'imdb (unverified)';
}

export function imdbPath(cacheDirectory: string): string {
  return join(cacheDirectory, 'imdb', 'imdb.npz');
}

export function imdbSource(cacheDirectory: string): ReviewArchiveSource {
  return { type: 'npz', path: imdbPath(cacheDirectory) };
}
