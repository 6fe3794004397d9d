// How the client's errors become a SweepError: at the first connection, and while it is open. Owns the words that a person
// reads when a server is away or refuses; no secret is ever part of them.
import { NatsError } from 'nats';
import { SweepError } from '../../../errors.js';
import { connectionLimitHint, isCertificateError, saysBadCredentials } from './server-words.js';

export const UNREACHABLE_HINT = 'start one with "sweep nats up", or check the address and the firewall';

const AUTHENTICATION_CODES = new Set([
  'AUTHORIZATION_VIOLATION',
  'AUTHENTICATION_EXPIRED',
  'AUTHENTICATION_TIMEOUT',
  'ACCOUNT_EXPIRED',
  'BAD_AUTHENTICATION',
  'BAD_CREDS',
]);

/** An error of the first connection, by credentials of the kind `auth`. */
export function translateConnectError(
  thrown: unknown,
  servers: readonly string[],
  auth: { readonly type: string } | undefined,
): SweepError {
  if (thrown instanceof SweepError) return thrown;
  const where = servers.join(', ');
  const code = codeOf(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (AUTHENTICATION_CODES.has(code)) {
    const who = auth === undefined ? 'without credentials' : `with a ${auth.type}`;
    return new SweepError('BUS_AUTHENTICATION', `the NATS server at ${where} refused us ${who} (${code})`, {
      hint: 'check --creds or NATS_CREDS, NATS_NKEY, NATS_USER and NATS_PASSWORD, and that they have not expired',
    });
  }
  if (saysBadCredentials(message) && auth !== undefined && auth.type !== 'password') {
    // The client's text may quote what it could not parse: do not repeat it.
    return new SweepError('BUS_AUTHENTICATION', `the ${auth.type} for NATS cannot be parsed`, {
      hint: 'a seed starts with SU; a credentials file has a USER JWT and a USER NKEY SEED part',
    });
  }
  if (code === 'SERVER_OPT_NA') {
    return new SweepError(
      'BUS_CONFIGURATION',
      `TLS was asked for, but the NATS server at ${where} offers none`,
      {
        hint: 'nothing was sent to it; turn TLS on in the server, or connect by nats:// without TLS files',
        cause: thrown,
      },
    );
  }
  if (code === 'TLS' || isCertificateError(thrown)) {
    return new SweepError('BUS_CONFIGURATION', `no trusted TLS connection to ${where}: ${message}`, {
      hint: "check the authority's file (--tls-ca) and that the certificate names this host",
      cause: thrown,
    });
  }
  const limitHint = connectionLimitHint(message);
  const text = limitHint === null ? 'no NATS server answers at' : 'no NATS server lets us in at';
  return new SweepError('BUS_UNREACHABLE', `${text} ${where}: ${message || code}`, {
    hint: limitHint ?? UNREACHABLE_HINT,
    cause: thrown,
  });
}

/** The client's code of an error, or its name. */
export function codeOf(thrown: unknown): string {
  if (thrown instanceof NatsError) return thrown.code;
  return thrown instanceof Error ? thrown.name : 'UNKNOWN';
}

/** An error of an operation on an open connection. `doing` completes "while …". */
export function translateNatsError(thrown: unknown, doing: string): SweepError {
  if (thrown instanceof SweepError) return thrown;
  const code = codeOf(thrown);
  const details = { cause: thrown };
  if (AUTHENTICATION_CODES.has(code)) {
    return new SweepError(
      'BUS_AUTHENTICATION',
      `the NATS server refused our credentials while ${doing} (${code})`,
      {
        ...details,
        hint: 'renew the credentials and start again',
      },
    );
  }
  if (code === 'PERMISSIONS_VIOLATION') {
    return new SweepError('BUS_FORBIDDEN', `the NATS server does not allow ${doing} to this user`, {
      ...details,
      hint: 'connect as a role that may do this: see deploy/nats',
    });
  }
  if (code === 'MAX_PAYLOAD_EXCEEDED') {
    return new SweepError('MESSAGE_MALFORMED', `a message was too large for the NATS server while ${doing}`, {
      ...details,
      hint: "make it smaller, or raise the server's max_payload",
    });
  }
  // Of an open connection the client misses headers alone.
  if (code === 'SERVER_OPT_NA') {
    return new SweepError('BUS_CONFIGURATION', `the NATS server takes no headers while ${doing}`, {
      ...details,
      hint: 'take no_header_support out of its configuration',
    });
  }
  const why: Record<string, string> = {
    TIMEOUT: 'no answer in time',
    '503': 'nobody serves this request',
    CONNECTION_CLOSED: 'the connection is closed',
    CONNECTION_DRAINING: 'the connection is closing',
    DISCONNECT: 'the connection was lost',
  };
  const reason = why[code];
  if (reason !== undefined || code === 'CONNECTION_REFUSED') {
    return new SweepError('BUS_UNREACHABLE', `NATS: ${reason ?? 'connection refused'} while ${doing}`, {
      ...details,
      hint: 'the server may be away; it is tried again as long as there is patience',
    });
  }
  return new SweepError('INTERNAL', `NATS: ${(thrown as Error)?.message ?? code} while ${doing}`, details);
}
