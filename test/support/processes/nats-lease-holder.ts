// A coordinator's process for tests that pause or kill it: takes the lease, then appends `trial.queued` events as told.
// Usage: node nats-lease-holder.js URL STUDY LEASE_MS   Messages in: "append"; out: {type: held | appended | refused, …}
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { asSweepError } from '../../../src/errors.js';
import { queued } from '../fixtures/study-events.js';

const [servers = '', study = '', leaseMs = ''] = process.argv.slice(2);
const bus = await openNatsBus({ servers, role: 'coordinator', leaseMs: Number(leaseMs) });
const lease = await bus.acquireLease(study, 'paused-coordinator');
let index = 0;
process.on('message', () => {
  index += 1;
  lease.append(queued(index)).then(
    () => process.send?.({ type: 'appended' }),
    (thrown) => process.send?.({ type: 'refused', code: asSweepError(thrown).code }),
  );
});
process.send?.({ type: 'held', epoch: lease.epoch });
