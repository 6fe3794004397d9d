// A process that takes a lease, says its number, and then lives until it is killed. Usage: node hold-lease.js HOME STUDY
import { openLocalBus } from '../../../src/bus/local/bus.js';

const [home, study] = process.argv.slice(2);
if (home === undefined || study === undefined) throw new Error('usage: hold-lease HOME STUDY');
const bus = openLocalBus(home);
const lease = await bus.acquireLease(study, 'coordinator-child');
await lease.append({ type: 'study.opened', coordinator: 'coordinator-child' });
process.stdout.write(`${lease.epoch}\n`);
setInterval(() => {}, 60_000);
