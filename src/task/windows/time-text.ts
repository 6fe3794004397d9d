// The time of a row as a file of predictions has it.
import { formatTimestamp } from '../../dataset/sources/csv/times/time-stamps.js';

/** Empty where it is not known; with its zone where that is known. */
export function timeText(seconds: number, isUtc: boolean): string {
  if (Number.isNaN(seconds)) return '';
  const text = formatTimestamp(seconds);
  return isUtc ? `${text.replace(' ', 'T')}Z` : text;
}
