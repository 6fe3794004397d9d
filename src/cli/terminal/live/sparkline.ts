// A row of values as tall letters: the highest of them the tallest. Pure.
const LEVELS = '▁▂▃▄▅▆▇█';

/** The latest `width` of the values; a gap where there is none. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const known = shown.filter((value): value is number => value !== null && Number.isFinite(value));
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return shown
    .map((value) => {
      if (value === null || !Number.isFinite(value)) return ' ';
      const share = high === low ? 0 : (value - low) / (high - low);
      return LEVELS[Math.round(share * (LEVELS.length - 1))]!;
    })
    .join('');
}
