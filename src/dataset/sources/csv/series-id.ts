// What a series is called whose id stands in several columns: one text, another for other ids.

const APART = ' / ';

/** `3 / milk`. A part that could be taken for more than one, or for a quoted one, is quoted: no two lists of ids give one text. */
export function joinIds(ids: readonly string[]): string {
  const [only = ''] = ids;
  return ids.length === 1 ? only : ids.map((id) => (/[/"]/.test(id) ? JSON.stringify(id) : id)).join(APART);
}
