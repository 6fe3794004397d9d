// What `sweep resume` does: find the study, run what is left of it, print its end.
import { availableParallelism } from 'node:os';
import { openLocalBus } from '../bus/local-bus.js';
import { createWasmEngine } from '../engine/wasm/wasm-engine.js';
import type { CliContext } from './context.js';
import { createCliLogger, foldStudy } from './read-study.js';
import { runStudy } from './run-study.js';
import { printEnd } from './start-study.js';
import { findStudy } from './study-argument.js';

export interface ResumeOptions {
  readonly workers?: number;
  readonly home?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function resumeStudy(
  context: CliContext,
  argument: string,
  options: ResumeOptions,
): Promise<number> {
  const logger = createCliLogger(context);
  const bus = openLocalBus(context.home(options.home), { logger });
  try {
    const { study } = await findStudy(bus, argument);
    const before = await foldStudy(bus, study);
    if (before.state === 'complete') {
      context.stderr.write(`study ${study} is complete: there is nothing left to run\n`);
      return printEnd(context, before, options);
    }
    const isQuiet = options.quiet === true;
    if (!isQuiet) context.stderr.write(`study ${study}\n`);
    const engine = await createWasmEngine();
    const threads = options.workers ?? availableParallelism();
    const view = await runStudy({ context, bus, engine, logger, study, threads, isQuiet });
    return printEnd(context, view, options);
  } finally {
    await bus.close();
  }
}
