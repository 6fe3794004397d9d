// How long something takes, for people.

/** `40 ms`, `2.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`: for people. */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 99.5) return `${Math.round(ms)} ms`;
  if (ms > 0 && ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
