// `sweep data fetch`: downloads a known dataset, with its progress.
import { fetchImdb } from '../../dataset/download/imdb-download.js';
import { fetchJena } from '../../dataset/download/jena-download.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';

export interface FetchOptions {
  readonly url?: string;
  readonly acceptUnknown?: boolean;
  readonly json?: boolean;
}

export async function fetchData(
  context: CliContext,
  name: 'jena' | 'imdb',
  options: FetchOptions,
): Promise<number> {
  const fetch = name === 'jena' ? fetchJena : fetchImdb;
  const { stderr, cacheDirectory } = context;
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal);
  let shown = '';
  try {
    const fetched = await fetch({
      cacheDirectory,
      signal: stop.signal,
      ...(options.url === undefined ? {} : { url: options.url }),
      acceptUnknown: options.acceptUnknown === true,
      onProgress: ({ phase, done, total }) => {
        if (stderr.isTTY !== true) return;
        const share = total === null || total === 0 ? '' : ` ${Math.floor((100 * done) / total)} %`;
        const text = `${phase}${share}`;
        if (text !== shown) stderr.write(`\r\u001b[K${text}`);
        shown = text;
      },
    });
    if (shown !== '') stderr.write('\r\u001b[K');
    for (const notice of fetched.notices) stderr.write(`note: ${printable(notice)}\n`);
    if (options.json === true) context.stdout.write(`${JSON.stringify(fetched, null, 2)}\n`);
    else
      context.stdout.write(`${fetched.fromCache ? 'already here' : 'fetched'}: ${printable(fetched.path)}\n`);
    return 0;
  } finally {
    process.off('SIGINT', onSignal);
  }
}
