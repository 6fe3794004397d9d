// The columns that tell several series apart, in words.

/** `"store"`, `"store" and "product"`; of files `file`. */
export function nameSeriesColumn(column: string | readonly string[] | null): string {
  if (column === null) return 'file';
  const names = [column].flat().map((name) => JSON.stringify(name));
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
