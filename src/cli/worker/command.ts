// `sweep worker --nats URL`: joins this machine's cores to the studies on a NATS server.
import { Option } from 'commander';
import { addMetricsOption } from '../metrics/metrics-server.js';
import { addNatsOptions } from '../options/nats-options.js';
import { wholeNumber } from '../options/options.js';
import { addProgramOptions } from '../options/program-options.js';
import type { Register } from '../verb.js';
import type { WorkerFlags } from './run.js';

export const registerWorker: Register = (program, run) => {
  addMetricsOption(
    addProgramOptions(
      addNatsOptions(
        program
          .command('worker')
          .description('run trials of all studies on a NATS server, until it is stopped'),
      ),
    ),
  )
    .option(
      '-c, --concurrency <n>',
      'trials at once (default: cores; 1 where TensorFlow has threads or a GPU of its own)',
      wholeNumber(1),
    )
    .addOption(
      new Option('--engine <engine>', 'what trains the models; auto: tfjs where it finds a GPU, else wasm')
        .choices(['auto', 'wasm', 'tfjs'])
        .default('auto'),
    )
    .option('--labels <list>', 'labels, separated by commas; "gpu" takes trials that require one')
    .option(
      '--cache <dir>',
      'directory of prepared datasets (default: $SWEEP_CACHE or the XDG cache directory)',
    )
    .option('--once', 'run one trial for each slot, then exit')
    .option('--json', 'print what happens as JSON lines on standard output')
    .option('-q, --quiet', 'print warnings and errors only')
    .addHelpText(
      'after',
      `
It may start before the server and before any study. Ctrl-C or SIGTERM gives back what runs and exits with 0.

With tfjs it serves studies whose sweep file says "engine": "any". A GPU, once found, adds the label "gpu".

Examples:
  $ sweep worker --nats nats://host:4222
  $ sweep worker --nats nats://host:4222 --engine tfjs --concurrency 2
  $ sweep worker --nats tls://host:4222 --creds worker.creds --tls-ca ca.pem --concurrency 4`,
    )
    .action(
      run(async (context, options: WorkerFlags) => {
        const { startWorker } = await import('./run.js');
        return startWorker(context, options);
      }),
    );
};
