import { describe } from 'node:test';
import { openNatsBus } from '../../src/bus/nats/bus.js';
import { NatsServer, skipWithoutNats } from '../support/processes/nats-server.js';
import { describeBusContract } from './bus-contract.js';

/** The server takes whole milliseconds; shorter waits are not more useful. */
const ACK_WAIT_MS = 600;

describe('over nats-server', { skip: skipWithoutNats() }, () => {
  describeBusContract('nats', async () => {
    const server = await NatsServer.start();
    const open = () =>
      openNatsBus({ servers: server.url, role: 'coordinator', ackWaitMs: ACK_WAIT_MS, leaseMs: 1_500 });
    let current = await open();
    return {
      bus: current,
      ackWaitMs: ACK_WAIT_MS,
      async reopen() {
        await current.close();
        current = await open();
        return current;
      },
      async close() {
        await current.close();
        await server.stop();
      },
    };
  });
});
