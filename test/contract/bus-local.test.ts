import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalBus } from '../../src/bus/local/bus.js';
import { describeBusContract } from './bus-contract.js';

const ACK_WAIT_MS = 300;

describeBusContract('local', async () => {
  const home = await mkdtemp(join(tmpdir(), 'sweep-bus-'));
  const open = () => openLocalBus(home, { ackWaitMs: ACK_WAIT_MS, pollMs: 20 });
  const first = open();
  let current = first;
  return {
    bus: first,
    ackWaitMs: ACK_WAIT_MS,
    async reopen() {
      await current.close();
      current = open();
      return current;
    },
    async close() {
      await current.close();
      await rm(home, { recursive: true, force: true });
    },
  };
});
