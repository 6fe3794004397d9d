// The addresses within the page: what stands behind `#`.

/** `filter`: of its rows. */
export function studyAddress(study: string, filter = ''): string {
  const query = filter === '' ? '' : `?filter=${encodeURIComponent(filter)}`;
  return `#/study/${encodeURIComponent(study)}${query}`;
}

export function trialAddress(study: string, trial: string): string {
  return `${studyAddress(study)}/trial/${encodeURIComponent(trial)}`;
}

export function compareAddress(studies: readonly string[]): string {
  return `#/compare/${studies.map(encodeURIComponent).join('/')}`;
}

export type Place =
  | { readonly page: 'studies' }
  | { readonly page: 'study'; readonly study: string; readonly filter: string }
  | { readonly page: 'trial'; readonly study: string; readonly trial: string }
  | { readonly page: 'compare'; readonly studies: readonly string[] };

export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, first, ...rest] = path.split('/').map(decode);
  const [study, between, trial] = rest;
  if (first === 'study' && study && between === 'trial' && trial) return { page: 'trial', study, trial };
  if (first === 'study' && study)
    return { page: 'study', study, filter: decode(query.replace(/^filter=/, '')) };
  if (first === 'compare' && rest.length > 0) return { page: 'compare', studies: rest.filter(Boolean) };
  return { page: 'studies' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
