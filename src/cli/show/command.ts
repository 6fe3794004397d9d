// `sweep show | explain STUDY TRIAL`: what is known of one trial, and why it is where it is.

import type { BusFlags } from '../open-bus.js';
import { addBusOptions } from '../options/bus-options.js';
import { jsonOption } from '../options/options.js';
import type { Register } from '../program.js';

const VERBS = [
  ['show', 'one trial: parameters, result, epochs'],
  ['explain', 'the story of one trial: who took it, attempts, errors, checkpoints'],
] as const;

export const registerTrial: Register = (program, run) => {
  for (const [verb, description] of VERBS) {
    addBusOptions(program.command(verb))
      .description(description)
      .argument('<study>', 'id, unique prefix of one, or @last')
      .argument('<trial>', 'trial id, unique prefix of one, or rank')
      .addOption(jsonOption())
      .addHelpText(
        'after',
        `
Examples:
  $ sweep ${verb} @last 1
  $ sweep ${verb} @last 3f9c2e
  $ sweep ${verb} @last 3f9c2e --json`,
      )
      .action(
        run(async (context, study: string, trial: string, options: BusFlags & { json?: boolean }) => {
          const { showTrial, explainTrial } = await import('./run.js');
          return (verb === 'show' ? showTrial : explainTrial)(context, study, trial, options);
        }),
      );
  }
};
