// What `sweep status` prints.
import { formatDuration } from '../coordinator/eta.js';
import { overheadMsPerTrial } from '../study/study-timing.js';
import { countTrials, headerOf, runningTrials, type StudyView } from '../study/study-view.js';
import type { CliContext } from './context.js';
import type { BusFlags } from './open-bus.js';
import { formatStudy } from './print-study.js';
import { readStudy } from './read-study.js';

export async function showStatus(
  context: CliContext,
  argument: string,
  options: BusFlags & { readonly json?: boolean },
): Promise<number> {
  const view = await readStudy(context, options, argument);
  const text = options.json === true ? formatStudy(context, view, 'json') : describeStatus(context, view);
  context.stdout.write(text);
  return 0;
}

function describeStatus(context: CliContext, view: StudyView): string {
  const { bold } = context.colors.stdout;
  const { study, engine, version, dataset } = headerOf(view);
  const counts = countTrials(view);
  const lines = [
    `${bold(study)}  ${view.state}${view.stateReason === null ? '' : `: ${view.stateReason}`}`,
    `trials    ${counts.total} in all: ${counts.complete} complete (${counts.cached} cached), ${counts.running} running, ` +
      `${counts.pending} pending, ${counts.pruned} pruned, ${counts.failed} failed`,
    `time      ${formatDuration(view.timing.durationMs)}, ${overheadMsPerTrial(view.timing).toFixed(1)} ms overhead a trial`,
    `engine    ${engine}, version ${version}`,
  ];
  if (dataset !== null) {
    const synthetic = dataset.synthetic ? '  SYNTHETIC' : '';
    lines.push(
      `data      ${dataset.source}, target ${dataset.target}, ${dataset.digest.slice(0, 12)}${synthetic}`,
    );
  }
  for (const trial of runningTrials(view)) {
    const last = trial.reports.at(-1);
    lines.push(
      `running   ${trial.trial}  attempt ${trial.attempt} on ${trial.worker}, ` +
        (last === undefined ? 'first epoch' : `epoch ${last.epoch} done`),
    );
  }
  for (const [code, { attempts, trials }] of view.failures) {
    lines.push(`failures  ${code}: ${attempts} attempts, ${trials} trials`);
  }
  return `${lines.join('\n')}\n`;
}
