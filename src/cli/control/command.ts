// `sweep pause | stop | cancel STUDY`: from any terminal or machine, while a coordinator runs the study somewhere.

import type { BusFlags } from '../open-bus.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../program.js';

const VERBS = [
  ['pause', 'begin no new trials; "sweep resume" goes on', 'Trials that run are finished.'],
  [
    'stop',
    'finish what runs, then end with the leaderboard',
    'The study is complete then, with the trials it has.',
  ],
  [
    'cancel',
    'end a study now',
    'Trials that run are given up. What has ended stays in the log and in the result cache.\n"sweep resume" opens the study again and trains what is left.',
  ],
] as const;

export const registerControl: Register = (program, run) => {
  for (const [action, description, note] of VERBS) {
    addBusOptions(program.command(action))
      .description(description)
      .argument('<study>', 'id, unique prefix of one, or @last')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
${note}

Examples:
  $ sweep ${action} @last
  $ sweep ${action} gru-grid-7f3a --nats nats://host:4222`,
      )
      .action(
        run(async (context, study: string, options: BusFlags & { json?: boolean }) => {
          const { controlStudy } = await import('./run.js');
          return controlStudy(context, study, action, options);
        }),
      );
  }
};
