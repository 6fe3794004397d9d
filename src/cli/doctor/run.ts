// What `sweep doctor` looks at, one function a check. Directories are created as a study would create them.
import { accessSync, constants, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { availableMapping } from '../../dataset/prepared/mapped-file.js';
import { checkEngine } from '../../engine/self-check.js';
import { findBackend, INSTALL_HINT } from '../../engine/tfjs/load-backend.js';
import { createTfjsEngine } from '../../engine/tfjs/tfjs-engine.js';
import { asSweepError } from '../../errors.js';
import { availableInstructionSets } from '../../kernels/native/native-library.js';
import { makeDirectories } from '../../make-directories.js';
import type { CliContext } from '../context.js';
import { openCliEngine } from '../open-cli-engine.js';

const OLDEST_NODE = [20, 19] as const;
/** A prepared Jena series takes 24 MB, a study's blobs a few more. */
const LEAST_DISK_BYTES = 500e6;

interface Check {
  readonly name: string;
  /** `warning`: sweep runs without it. */
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
}

export async function examineMachine(
  context: CliContext,
  options: { readonly home?: string; readonly json?: boolean },
): Promise<number> {
  const checks: Check[] = [
    checkNode(),
    { name: 'cores', state: 'ok', detail: `${availableParallelism()} usable` },
    { name: 'memory', state: 'ok', detail: `${(totalmem() / 2 ** 30).toFixed(1)} GiB` },
    ...(await checkEngines(context)),
    await checkTensorflow(),
    checkMapping(),
    checkWritable('home', context.home(options.home)),
    checkWritable('cache', context.cacheDirectory),
    checkDisk(context.cacheDirectory),
    checkNatsServer(context),
  ];
  const healthy = checks.every(({ state }) => state !== 'failed');
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ healthy, version: context.version, checks }, null, 2)}\n`);
  } else {
    const { green, yellow, red } = context.colors.stdout;
    const marks = { ok: green('ok     '), warning: yellow('warning'), failed: red('failed ') };
    for (const { name, state, detail } of checks) {
      context.stdout.write(`${marks[state]} ${name.padEnd(12)} ${detail}\n`);
    }
  }
  return healthy ? 0 : 1;
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return {
    name: 'node',
    state: isNew ? 'ok' : 'failed',
    detail: `${process.versions.node}${isNew ? '' : `, ${OLDEST_NODE.join('.')} or later is needed`}`,
  };
}

/** The engine cannot be made without SIMD: its creation is that check. */
async function checkEngines(context: CliContext): Promise<Check[]> {
  try {
    const engine = await openCliEngine(context);
    const result = checkEngine(engine);
    const detail =
      `predicts as the scalar reference to ${result.largestError.toExponential(1)}, ` +
      `trains from a loss of ${result.lossBefore.toFixed(3)} to ${result.lossAfter.toFixed(3)}, ` +
      `${result.isRepeatable ? 'bit for bit the same' : 'NOT the same'} twice`;
    return [
      { name: 'simd', state: 'ok', detail: 'wasm simd128' },
      checkKernels(context, engine.native),
      { name: 'engine', state: result.passed ? 'ok' : 'failed', detail },
    ];
  } catch (thrown) {
    return [{ name: 'engine', state: 'failed', detail: asSweepError(thrown).message }];
  }
}

/** Which kernels run: without native ones a training takes twice as long or more, yet gives the same. */
function checkKernels({ kernels }: CliContext, native: string | null): Check {
  const available = availableInstructionSets().map(({ name }) => name);
  const built = available.length > 0 ? `${available.join(', ')} built` : 'none built: no C compiler then';
  if (native !== null) return { name: 'kernels', state: 'ok', detail: `native ${native} (${built})` };
  const why = kernels === 'auto' ? built : `SWEEP_KERNELS=${kernels}; ${built}`;
  return { name: 'kernels', state: 'warning', detail: `WebAssembly, slower than native ones (${why})` };
}

/** Which TensorFlow.js a worker with `--engine tfjs` would run, and why not a better one. */
async function checkTensorflow(): Promise<Check> {
  const { loaded, failed } = await findBackend();
  const reasons = failed.map(({ package: name, reason }) => `${name} ${reason}`).join('; ');
  if (loaded === null)
    return { name: 'tfjs', state: 'warning', detail: `${reasons}: only needed for GPUs; ${INSTALL_HINT}` };
  const warnings: string[] = [];
  const engine = await createTfjsEngine({
    packages: [loaded.package],
    onWarning: (message) => warnings.push(message),
  });
  const { passed, largestError } = checkEngine(engine);
  const fused = engine.fused.length === 0 ? '' : `, fused ${engine.fused.join(', ')}`;
  const others = [...warnings, ...(reasons === '' ? [] : [reasons])].map((text) => `; ${text}`).join('');
  return {
    name: 'tfjs',
    state: passed ? 'ok' : 'failed',
    detail: `${engine.backend}${fused}, predicts as the scalar reference to ${largestError.toExponential(1)}${others}`,
  };
}

function checkMapping(): Check {
  return availableMapping() === 'mmap'
    ? { name: 'memory map', state: 'ok', detail: 'one map of the data for all threads and processes' }
    : {
        name: 'memory map',
        state: 'warning',
        detail: 'not on this platform: each process keeps a copy of the data',
      };
}

function checkWritable(name: string, directory: string): Check {
  const probe = join(directory, `.doctor-${process.pid}`);
  try {
    makeDirectories(directory);
    writeFileSync(probe, '');
    rmSync(probe);
    return { name, state: 'ok', detail: `${directory} is writable` };
  } catch (thrown) {
    return { name, state: 'failed', detail: asSweepError(thrown).message };
  }
}

function checkDisk(directory: string): Check {
  try {
    const { bavail, bsize } = statfsSync(directory);
    const freeBytes = bavail * bsize;
    return {
      name: 'disk',
      state: freeBytes >= LEAST_DISK_BYTES ? 'ok' : 'warning',
      detail: `${(freeBytes / 1e9).toFixed(1)} GB free`,
    };
  } catch (thrown) {
    return { name: 'disk', state: 'warning', detail: asSweepError(thrown).message };
  }
}

function checkNatsServer(context: CliContext): Check {
  const found = context.searchPath
    .map((directory) => join(directory, 'nats-server'))
    .find((path) => isExecutable(path));
  return found === undefined
    ? {
        name: 'nats-server',
        state: 'warning',
        detail: 'not on PATH: only needed to run a server for other machines here',
      }
    : { name: 'nats-server', state: 'ok', detail: found };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not ours to run: both mean that it cannot be used.
    return false;
  }
}
