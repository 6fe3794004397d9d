// The options of whoever runs trials: which programs of studies it runs, and which devices they get.
import type { Command } from 'commander';
import type { AllowedPrograms } from '../../../worker/node/program-cache.js';
import type { BusCapabilities } from '../../bus/bus.js';
import { SweepError } from '../../errors.js';

export interface ProgramFlags {
  /** true: all. */
  readonly allowCommands?: string | boolean;
  readonly devices?: string;
}

export function addProgramOptions(command: Command): Command {
  return command
    .option(
      '--allow-commands [list]',
      'run the programs of studies: all, or those named, such as "python3,module"; whoever may start a study here then runs code on this machine',
    )
    .option(
      '--devices <list>',
      'devices, one for each trial at once: "0,1" sets CUDA_VISIBLE_DEVICES and the like',
    );
}

/** null: none is run. Throws USAGE for an empty list. */
export function allowedPrograms({ allowCommands }: ProgramFlags): AllowedPrograms | null {
  if (allowCommands === undefined || allowCommands === false) return null;
  if (allowCommands === true) return 'all';
  return readList(allowCommands, '--allow-commands');
}

/** Of the threads of this process: on one machine it runs its own study alone; over NATS whatever study there is. */
export function ownPrograms(bus: BusCapabilities, flags: ProgramFlags) {
  const allowed = allowedPrograms(flags) ?? (bus.hasRemoteWorkers ? null : ('all' as const));
  return { allowed, devices: readDevices(flags) };
}

export function readDevices({ devices }: ProgramFlags): readonly string[] {
  return devices === undefined ? [] : readList(devices, '--devices');
}

/** The options again, for another process. */
export function programWords({ allowCommands, devices }: ProgramFlags): string[] {
  return [
    ...(allowCommands === true ? ['--allow-commands'] : []),
    ...(typeof allowCommands === 'string' ? ['--allow-commands', allowCommands] : []),
    ...(devices === undefined ? [] : ['--devices', devices]),
  ];
}

/** `uid`: of this process; null: its system has none. */
export interface RunningAs {
  readonly uid: number | null;
  /** In an image of ours. */
  readonly isContainer: boolean;
}

/** For whoever starts a worker to read. Throws USAGE for root in a container, where nobody needs it. */
export function programNote(allowed: AllowedPrograms, { uid, isContainer }: RunningAs): string {
  if (uid === 0 && isContainer)
    throw new SweepError('USAGE', 'a container does not run programs of studies as root', {
      path: '--allow-commands',
      hint: 'leave the user as the image has it (10001), or name another that is not 0',
    });
  const which = allowed === 'all' ? 'any program' : allowed.join(' and ');
  const by = uid === 0 ? ', as root' : '';
  return `this worker runs ${which} that a study names: whoever may start a study on its server runs code here${by}`;
}

function readList(text: string, option: string): readonly string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.every((name) => name !== '')) return list;
  throw new SweepError('USAGE', `${JSON.stringify(text)} is no list of names`, {
    path: option,
    hint: 'commas between names: 0,1',
  });
}
