// Durations as a sweep file writes them: "90s", "30m", "1h30m", "4w". Owns the grammar, both ways.

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Part of the published JSON Schema. */
export const DURATION_PATTERN = /^(?:\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h|d|w))+$/;

/** Milliseconds of a text that matches DURATION_PATTERN. */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g))
    total += Number(amount) * UNIT_MS[unit!]!;
  return Math.round(total);
}

/** A text that durationMs reads as `ms`, a whole number. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const parts = [
    days > 0 ? `${days}d` : '',
    seconds % 86_400 > 0 ? `${seconds % 86_400}s` : '',
    ms % 1000 > 0 ? `${ms % 1000}ms` : '',
  ].join('');
  return parts === '' ? '0s' : parts;
}
