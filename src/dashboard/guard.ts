// Who may ask: the page itself, and whoever types an address that this server knows to be its own. A page of another site
// that a browser shows beside it is refused, on every method, also where its name was made to point here. Pure.
import { createHash, timingSafeEqual } from 'node:crypto';

export interface GuardedRequest {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Of the page: it loads nothing from elsewhere, runs no text as a script, and stands in no frame. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

export const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'] as const;
const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Why a request is refused; null: it is not. `names`: hosts that this server answers to, without a port. */
export function findTrespass(
  { method = 'GET', headers }: GuardedRequest,
  names: readonly string[],
  port: number,
): string | null {
  const hosts = names.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]);
  const { host, origin } = headers;
  if (typeof host !== 'string' || !hosts.includes(host.toLowerCase()))
    return 'the Host of the request is none of this dashboard: open it by the address that it printed';
  const origins = hosts.map((name) => `http://${name}`);
  if (origin !== undefined && !origins.includes(String(origin).toLowerCase()))
    return 'the Origin of the request is another site';
  if (origin === undefined && CHANGING.has(method))
    return 'a request that changes something names its Origin';
  const site = headers['sec-fetch-site'];
  const isVisit = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isVisit)
    return 'the request comes from another site';
  return null;
}

/** In a time that does not tell how much of it is right. */
export function isToken(given: unknown, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(token));
}
