// The blocks of a study with a rolling origin: the repeats of a point, from the latest to the earliest, and how one is named.
import type { DatasetInfo } from './events.js';

type Blocks = Pick<DatasetInfo, 'blocks'> | null | undefined;

/** What the trials of a point differ in. */
export function repeatedBy(dataset: Blocks): 'block' | 'seed' {
  return dataset?.blocks === undefined ? 'seed' : 'block';
}

/**
 * `block 4 of 5, trained on rows 0 to 799, judged on rows 800 to 899`, of several series with times; null: the study has none.
 * The earliest is 1.
 */
export function describeBlock(dataset: Blocks, index: number): string | null {
  const blocks = dataset?.blocks;
  if (blocks === undefined) return null;
  const back = index % blocks.length;
  const { train, validation, times } = blocks[back]!;
  const rows = ([start, end]: readonly [number, number]): string => `rows ${start} to ${end - 1}`;
  const place = `block ${blocks.length - back} of ${blocks.length}`;
  if (times === undefined) return `${place}, trained on ${rows(train)}, judged on ${rows(validation)}`;
  const until = ([from, end]: readonly [string, string]): string => `from ${from} until ${end}`;
  return `${place}, trained on times ${until(times.train)}, judged on those ${until(times.validation)}`;
}
