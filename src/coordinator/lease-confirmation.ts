// Tells, every few seconds, that a study is still its coordinator's. The bus renews a lease by itself, and one that is lost
// shows at the next append, which is fenced: this is only for whoever wants to know.
import type { Lease } from '../bus/bus.js';
import { asSweepError } from '../errors.js';
import type { Logger } from '../log.js';

const CONFIRM_EVERY_MS = 5_000;

/** Returns how to end it. A listener that throws is a warning, a renewal that fails not even that. */
export function confirmLease(lease: Lease, onRenewed: () => void, logger: Logger): () => void {
  const confirm = (): void =>
    void lease
      .renew()
      .then(onRenewed, () => {})
      .catch((thrown: unknown) => {
        logger.warn('a renewal could not be told', { error: asSweepError(thrown).message });
      });
  const timer = setInterval(confirm, CONFIRM_EVERY_MS).unref();
  return () => clearInterval(timer);
}
