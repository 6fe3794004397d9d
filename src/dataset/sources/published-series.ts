// Series that others publish, which sweep files here are made for: where a file is to be had that is not there. Nothing is
// downloaded for anybody: their licences are between them and those who take them.
import { basename } from 'node:path';

const ETT = (file: string): string =>
  `it is ETT-small/${file} of https://github.com/zhouhaoyi/ETDataset (CC BY-ND 4.0)`;

const PUBLISHED: Readonly<Record<string, string>> = {
  'ETTh1.csv': ETT('ETTh1.csv'),
  'ETTh2.csv': ETT('ETTh2.csv'),
  'ETTm1.csv': ETT('ETTm1.csv'),
  'ETTm2.csv': ETT('ETTm2.csv'),
  'occupancy.csv':
    'it is the rows of https://archive.ics.uci.edu/dataset/357 (CC BY 4.0) in one file, in the order of time, with a name over the column of their numbers',
  'electricity.csv':
    'it is the hourly form of https://archive.ics.uci.edu/dataset/321 (columns date, 0 to 319 and OT) that papers compare forecasts on, in the data of https://github.com/thuml/Autoformer',
};

/** In words; null: nobody here knows the file. */
export function whereToGet(path: string): string | null {
  const name = basename(path);
  return Object.hasOwn(PUBLISHED, name) ? PUBLISHED[name]! : null;
}
