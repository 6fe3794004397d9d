// What is known of the Jena climate series: names, size, digest, where it lies in the cache. Facts only, no reading.
import { join } from 'node:path';
import type { CsvSource } from '../../study/dataset-source.js';
import { JENA_COLUMNS } from '../../study/jena-columns.js';

export const JENA_TIME_COLUMN = 'Date Time';
export const JENA_ROWS = 420_551;
export const JENA_STEP_SECONDS = 600;
/** 2009-01-01 00:10:00 UTC in seconds since 1970: the first row of the series. */
export const JENA_FIRST_SECONDS = 1_230_768_600;

export const JENA_URL = 'https://s3.amazonaws.com/keras-datasets/jena_climate_2009_2016.csv.zip';
export const JENA_CSV_NAME = 'jena_climate_2009_2016.csv';
/** The unpacked CSV in the one copy whose digest is known. */
export const JENA_CSV_BYTES = 43_153_776;
export const JENA_CSV_SHA256 = 'eb3df9da6c25039f10814ded0a14138bb0afa3612be9cf79cafdf1cf6f95172e';
const UNVERIFIED = 'jena (unverified)';

/** What a file in its place is called, by its digest. */
export function jenaName(sha256: string): string {
  return sha256 === JENA_CSV_SHA256 ? 'jena' : UNVERIFIED;
}

/** True of what jenaName gives. */
export function isJena(name: string): boolean {
  return name === 'jena' || name === UNVERIFIED;
}

export function jenaCsvPath(cacheDirectory: string): string {
  return join(cacheDirectory, 'jena', JENA_CSV_NAME);
}

/** The fetched series as a CSV source: its few -9999 marks (wind) take the value of the row before. */
export function jenaCsvSource(cacheDirectory: string): CsvSource {
  return {
    type: 'csv',
    path: jenaCsvPath(cacheDirectory),
    time: JENA_TIME_COLUMN,
    missing: [-9999],
    onMissing: 'forward-fill',
    columns: JENA_COLUMNS,
  };
}
