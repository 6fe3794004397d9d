// The part of `npm run build` that compiles the kernels for this architecture's vector widths, where there is a C compiler:
// `cc`, or SWEEP_CC (`none`: leave them out). Without them everything runs, on WebAssembly.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InstructionSet, instructionSetsOf, libraryFile } from '../kernels/native/instruction-set.js';
import { makeDirectories } from '../make-directories.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const sources = join(root, 'src/kernels/native');
const target = join(root, 'dist/src/kernels/native');

/** No fused products and nothing else that rounds otherwise: the bits are those of the WebAssembly kernels. */
const FLAGS = [
  '-std=gnu11',
  '-O3',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fno-strict-aliasing',
  '-fvisibility=hidden',
  '-fPIC',
  '-shared',
  '-Wno-psabi',
];
const COST = 'trainings run on the WebAssembly kernels, at about half the speed or less';

const compiler = process.env.SWEEP_CC || 'cc';
const sets = instructionSetsOf(process.arch);
makeDirectories(target);
if (compiler === 'none') {
  remove(sets);
  say(`SWEEP_CC=none: ${COST}`);
} else if (process.platform === 'win32' || sets.length === 0) {
  say(`none for ${process.platform} ${process.arch}: ${COST}`);
} else {
  const outcomes = await Promise.all(sets.filter(isStale).map(compile));
  const failed = outcomes.filter((outcome) => outcome !== null);
  const isMissing = failed.some(({ reason }) => reason === 'missing');
  if (isMissing) say(`no C compiler "${compiler}": ${COST}`);
  else for (const { name, reason } of failed) say(`${name} left out, ${compiler}: ${reason}`);
}

function say(text: string): void {
  process.stderr.write(`native kernels: ${text}\n`);
}

function remove(stale: readonly InstructionSet[]): void {
  for (const set of stale) rmSync(join(target, libraryFile(set)), { force: true });
}

/** Compiled from older sources, or never. The flags are in these two files. */
function isStale(set: InstructionSet): boolean {
  const library = join(target, libraryFile(set));
  if (!existsSync(library)) return true;
  const built = statSync(library).mtimeMs;
  const inputs = readdirSync(sources).map((file) => join(sources, file));
  return [...inputs, join(root, 'src/build/build-native.ts')].some((file) => statSync(file).mtimeMs > built);
}

/** Null when it worked. A library of older sources does not outlive a failure. */
function compile(set: InstructionSet): Promise<{ readonly name: string; readonly reason: string } | null> {
  remove([set]);
  const library = join(target, libraryFile(set));
  // Renamed when whole: a process that starts meanwhile loads all of it or nothing.
  const unfinished = `${library}.${process.pid}`;
  const files = [join(sources, 'kernels.c'), '-o', unfinished];
  const child = spawn(compiler, [...FLAGS, `-DWIDTH=${set.lanes}`, ...set.compilerFlags, ...files], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ name: set.name, reason: error.code === 'ENOENT' ? 'missing' : error.message }),
    );
    child.on('close', (code) => {
      if (code === 0) {
        renameSync(unfinished, library);
        resolve(null);
        return;
      }
      rmSync(unfinished, { force: true });
      resolve({
        name: set.name,
        reason: complaint.split('\n').find((line) => /error/i.test(line)) ?? `exit ${code}`,
      });
    });
  });
}
