// What the end of a trial's program means: 0 it is done, 75 try again, 78 this configuration can't be, any other it has failed.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { SweepError } from '../../../src/errors.js';

export interface Exit {
  /** It could not be started. */
  readonly error: Error | null;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** EX_TEMPFAIL and EX_CONFIG of sysexits.h. */
const TRY_AGAIN = 75;
const INFEASIBLE = 78;

/** What was started, and where. */
interface Started {
  readonly argv: readonly string[];
  readonly directory: string;
}

/** null: it is done. */
export function failureOf({ error, code, signal }: Exit, started: Started): SweepError | null {
  if (error !== null) return notStarted(error, started);
  if (signal !== null)
    return new SweepError('TRIAL_CRASHED', `its program was ended by ${signal}`, {
      hint:
        signal === 'SIGKILL'
          ? 'the system does so when its memory is used up: objective.memoryMb bounds it'
          : undefined,
    });
  if (code === 0) return null;
  if (code === TRY_AGAIN)
    return new SweepError('TRIAL_CRASHED', `its program asked to be tried again (exit code ${code})`);
  if (code === INFEASIBLE)
    return new SweepError(
      'TRIAL_INFEASIBLE',
      `its program says that these values can't be (exit code ${code})`,
    );
  return new SweepError('TRIAL_EXIT', `its program ended with exit code ${code}`, {
    hint: 'sweep explain shows its last lines; sweep try FILE runs one trial alone',
  });
}

/** Throws TRIAL_BAD_INPUT for what no process can be given. */
export function assertHandable(argv: readonly string[], environment: Readonly<Record<string, string>>): void {
  const names = Object.entries(environment).flatMap(([name, text]) => (text.includes('\0') ? [name] : []));
  const words = argv.flatMap((word, place) => (word.includes('\0') ? [`word ${place + 1}`] : []));
  const [found] = [...words, ...names];
  if (found === undefined) return;
  throw new SweepError(
    'TRIAL_BAD_INPUT',
    `${found} of its command holds a zero byte, which no process takes`,
    {
      hint: 'leave it out of the values, or hand over the file of parameters: ${params.json}',
    },
  );
}

function notStarted(error: Error, { argv: [program = ''], directory }: Started): SweepError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'E2BIG')
    return new SweepError('TRIAL_BAD_INPUT', 'its arguments are longer than the system takes', {
      hint: 'hand over the file of parameters: ${params.json}',
    });
  if (code === 'ENOENT' || code === 'EACCES')
    return new SweepError('TRIAL_CRASHED', `${program} cannot be run here: ${error.message}`, {
      hint: remedy(code, resolve(directory, program), program),
      cause: error,
    });
  return new SweepError('TRIAL_CRASHED', `its program could not be started: ${error.message}`, {
    cause: error,
  });
}

/** The system says "no such file" also of a script whose first line names an interpreter that is not there. */
function remedy(code: string, path: string, program: string): string {
  const found = program.includes('/') ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (found?.isDirectory()) return 'it is a folder: name the program in it';
  if (found !== undefined && code === 'EACCES')
    return 'it is not marked as a program: chmod +x, or name what runs it: ["sh", "./name"]';
  if (found !== undefined)
    return 'its first line names an interpreter that is not here, or ends as lines of Windows do: install it, or write the file with \\n alone';
  // A path may hold blanks, the name of a program hardly.
  if (/^[^/\s]+\s/.test(program)) return `one word is one argument: ${JSON.stringify(program.split(/\s+/))}`;
  return 'install it on this worker, or name it in objective.files ("./name" in the command)';
}
