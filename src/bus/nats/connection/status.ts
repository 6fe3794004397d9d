// What the connection tells by itself, told to whom it concerns: lost, back, not allowed, closed for good.
import { type NatsConnection, NatsError } from 'nats';
import type { Logger } from '../../../log.js';

export interface StatusListeners {
  readonly log: Logger;
  /** The words behind the client's code of an error. */
  describeError(code: string): string;
  onDisconnect(): void;
  onReconnect(): void;
  /** The server refused to let us publish or subscribe there. */
  onForbidden(subject: string, error: NatsError): void;
  /** The client gave up, as it does when credentials are refused twice; not called after an orderly close. */
  onGone(): void;
}

/** Listens until the connection is closed. */
export async function watchStatus(connection: NatsConnection, listeners: StatusListeners): Promise<void> {
  const { log } = listeners;
  void connection.closed().then((cause) => {
    if (cause === undefined) return;
    log.error('NATS: the connection is closed for good', { error: String(cause) });
    listeners.onGone();
  });
  for await (const status of connection.status()) {
    switch (status.type) {
      case 'disconnect':
        log.warn('NATS: the connection was lost, reconnecting', { server: String(status.data) });
        listeners.onDisconnect();
        break;
      case 'reconnect':
        log.info('NATS: connected again', { server: String(status.data) });
        listeners.onReconnect();
        break;
      case 'error': {
        const context = 'permissionContext' in status ? status.permissionContext : undefined;
        log.error('NATS: the server reports an error', {
          error: listeners.describeError(String(status.data)),
          ...context,
        });
        if (context === undefined) break;
        const text = `no right to ${context.operation} ${context.subject}`;
        listeners.onForbidden(context.subject, new NatsError(text, 'PERMISSIONS_VIOLATION'));
        break;
      }
      default:
      // Pings, attempts to reconnect, news of the cluster: nothing to do.
    }
  }
}
