// What the server, the client and the system say in words alone, with no code beside them: the one place of this room that
// reads meaning from text of others. Owns the next step for the server's limits.
import { NatsError } from 'nats';

interface ServerLimit {
  /** The server's own words when it is reached. */
  readonly pattern: RegExp;
  readonly hint: string;
}

const CONNECTIONS: ServerLimit = {
  pattern: /maximum (account )?(active )?connections exceeded/i,
  hint: "raise max_connections in the server's configuration (or of the account), or end clients that nobody needs",
};
const SUBSCRIPTIONS: ServerLimit = {
  pattern: /maximum (account )?(active )?subscriptions exceeded/i,
  hint: "raise max_subscriptions in the server's configuration (max_subs, or subs of the account or user): each process needs six",
};

/** null: the server has room for this connection, or said nothing of it. */
export function connectionLimitHint(why: string): string | null {
  return CONNECTIONS.pattern.test(why) ? CONNECTIONS.hint : null;
}

/** null: it is not the limit on subscriptions that the server speaks of. */
export function subscriptionLimitHint(why: string): string | null {
  return SUBSCRIPTIONS.pattern.test(why) ? SUBSCRIPTIONS.hint : null;
}

/** The system's word for a port where nobody listens. */
export function saysNobodyListens(why: string): boolean {
  return /ECONNREFUSED/.test(why);
}

/** The client could not parse a seed, a key or a credentials file. */
export function saysBadCredentials(why: string): boolean {
  return /seed|nkey|creds/i.test(why);
}

/** Whether TLS failed: by the system's code where it gives one, else by its words, on the error or on one behind it. */
export function isCertificateError(thrown: unknown): boolean {
  for (let error: unknown = thrown; error instanceof Error; error = chainOf(error)) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (/^(CERT_|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH)/.test(code))
      return true;
    if (/self.signed certificate|unable to verify|certificate|doesn't exist/i.test(error.message))
      return true;
  }
  return false;
}

function chainOf(error: Error): unknown {
  return error instanceof NatsError ? error.chainedError : error.cause;
}
