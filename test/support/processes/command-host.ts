// A process that runs one trial by a command and is killed by its test: the program has a child in a session of its own.
import { shareMachine } from '../../../worker/runners/program-settings.js';
import { OpenRunners } from '../../../worker/runners/registry.js';
import { commandConfig } from '../fixtures/programs.js';

const [, , cacheDirectory = '', sign = ''] = process.argv;
const config = commandConfig(`
  const child = require('node:child_process').spawn(process.execPath,
    ['-e', 'setInterval(() => {}, 1e6)', '${sign}-child'], { detached: true, stdio: 'ignore' });
  child.once('spawn', () => console.log('::sweep {"loss": 1}'));
  setInterval(() => {}, 1e6)`);
const runners = new OpenRunners({ engine: 'wasm', cacheDirectory, programs: shareMachine(process.env, 1) });
await runners.for(config).run(
  {
    config,
    objective: { metric: 'loss', direction: 'minimize', epoch: 'last' },
    place: { trial: 'killed', attempt: 1, slot: 0 },
    timeLimitMs: null,
  },
  null,
  {
    onReport: () => process.stdout.write('at work\n'),
    onCheckpoint: () => {},
    stopRequest: () => 'none',
    onProgress: () => {},
    onWarning: () => {},
  },
);
