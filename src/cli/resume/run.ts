// What `sweep resume` does: find the study, run what is left of it, print its end.
import type { Bus } from '../../bus/bus.js';
import { askCoordinator } from '../../coordinator/ask-coordinator.js';
import type { WasmEngine } from '../../engine/wasm/wasm-engine.js';
import { indexCount } from '../../study/index-set.js';
import { countTrials, type StudyView } from '../../study/study-view.js';
import { countOf } from '../../wording/plural.js';
import type { CliContext } from '../context.js';
import { type BusFlags, openHomeResults, openOwnBus } from '../open-bus.js';
import { openCliEngine } from '../open-cli-engine.js';
import { ownPrograms, type ProgramFlags } from '../options/program-options.js';
import { findStudy } from '../options/study-argument.js';
import { countMissingEnds, foldStudy, refuseHeadless } from '../read-study.js';
import { detachStudy } from '../start/detach-study.js';
import { checkOnlookers, type OnlookerFlags } from '../start/onlookers.js';
import { removeReadyFile } from '../start/ready-file.js';
import { commandsOf, countThreads, printEnd } from '../start/run.js';
import { runStudy } from '../start/run-study.js';
import { createCliLogger } from '../terminal/cli-logger.js';
import { interruptible } from '../terminal/interruptible.js';
import { formatStudy } from '../terminal/print-study.js';

export interface ResumeOptions extends BusFlags, ProgramFlags, OnlookerFlags {
  readonly workers?: number;
  readonly detach?: boolean;
  readonly dashboard?: boolean;
  readonly plain?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function resumeStudy(
  context: CliContext,
  argument: string,
  options: ResumeOptions,
): Promise<number> {
  checkOnlookers(options);
  const logger = createCliLogger(context, options);
  const leaving = new AbortController();
  const bus = await openOwnBus(context, options, logger, leaving.signal);
  let home: Bus | null = null;
  try {
    home = await openHomeResults(context, options, logger);
    const { study } = await findStudy(bus, argument);
    const before = await foldStudy(bus, study);
    refuseHeadless(before, study);
    const missing = countMissingEnds(before);
    if (missing > 0) {
      context.stderr.write(
        `note: the event log lacks the ends of ${countOf(missing, 'trial')} that were complete: run again, or taken from the result cache\n`,
      );
    }
    if (before.state === 'complete' && missing === 0 && !isCutShort(before)) {
      context.stderr.write(`study ${study} is complete: there is nothing left to run\n`);
      return printEnd(context, before, options);
    }
    if (before.state === 'paused' && (await askCoordinator(bus, study, 'resume'))) {
      context.stderr.write(`study ${study} goes on: its coordinator was waiting\n`);
      if (options.json === true) {
        context.stdout.write(formatStudy(context, await foldStudy(bus, study), 'json', options));
      }
      return 0;
    }
    const threads = countThreads(context, options, before.header?.dataset !== null);
    if (options.detach === true) return await detachStudy(context, bus, study, options);
    const isQuiet = options.quiet === true;
    // From the line with its name on, a signal ends the command in order.
    const open = (): Promise<WasmEngine> => {
      removeReadyFile(context.readyFile);
      if (!isQuiet) context.stderr.write(`study ${study}\n`);
      return openCliEngine(context);
    };
    const engine = await interruptible(context, open, { stop: leaving });
    const commands = commandsOf(context, study, options);
    const toEnd = async (pinned: readonly string[] = []) => {
      const view = await runStudy({
        context,
        bus,
        home,
        leaving,
        engine,
        logger,
        study,
        threads,
        ...commands,
        isQuiet,
        isPlain: options.plain === true,
        onlookers: options,
        pinned,
        ...ownPrograms(bus, options),
      });
      return printEnd(context, view, options);
    };
    if (options.dashboard !== true) return await toEnd();
    const { withDashboard } = await import('../dashboard/run.js');
    return await withDashboard(context, study, options, toEnd);
  } finally {
    await home?.close();
    await bus.close();
  }
}

/** It was stopped on request, or by its time limit, with trials still to run. */
function isCutShort(view: StudyView): boolean {
  const { total } = countTrials(view);
  return view.open.size > 0 || (total !== null && indexCount(view.ended) < total);
}
