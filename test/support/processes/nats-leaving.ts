// A process with an open bus that closes it when told to, and then has nothing left to do: it must end by itself.
import { openNatsBus } from '../../../src/bus/nats/bus.js';

const [servers = '', role = 'coordinator'] = process.argv.slice(2);
const bus = await openNatsBus({
  servers,
  role: role as 'coordinator' | 'worker',
  pingIntervalMs: 200,
  dialTimeoutMs: 30_000,
});
process.send?.('open');
process.once('message', () => {
  process.disconnect();
  void bus.close();
});
