// The options that say where the studies are: a directory, or a NATS server.
import type { Command } from 'commander';
import { addNatsOptions } from './nats-options.js';
import { homeOption } from './options.js';

export function addBusOptions(command: Command): Command {
  return addNatsOptions(command.addOption(homeOption()));
}
