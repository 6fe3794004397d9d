// What `sweep status` prints.

import { WORKER_GONE_MS, type WorkerInfo } from '../../bus/bus.js';
import { type AttendedStudy, measurePace, readAttended } from '../../coordinator/archive/attended-study.js';
import type { Pace } from '../../coordinator/archive/study-pace.js';
import { describeSetAside } from '../../study/set-aside.js';
import { overheadMsPerTrial } from '../../study/study-timing.js';
import { countTrials, hasEnded, headerOf, runningTrials } from '../../study/study-view.js';
import { formatDuration } from '../../wording/duration.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { countMissingEnds, refuseHeadless, withBus } from '../read-study.js';
import { studyDocument } from '../terminal/print-study.js';

export async function showStatus(
  context: CliContext,
  argument: string,
  options: BusFlags & { readonly json?: boolean },
): Promise<number> {
  const { study, pace, live } = await withBus(context, options, async (bus) => {
    const { study: id } = await findStudy(bus, argument);
    const attended = await readAttended(bus, id);
    refuseHeadless(attended.view, id);
    const workers = (await bus.workers()).filter(({ lastSeenMs }) => lastSeenMs < WORKER_GONE_MS);
    return { study: attended, pace: measurePace(bus, attended, workers), live: workers };
  });
  const { view, coordinator, meter, nowMs } = study;
  const durationMs = meter.durationMs(view, nowMs);
  const missing = countMissingEnds(view);
  if (options.json === true) {
    const workers = live.map(({ worker }) => worker);
    const backends = [...new Set(live.map(({ backend }) => backend))].sort();
    const document = {
      ...studyDocument(view),
      ...(missing === 0 ? {} : { state: 'interrupted', missingEnds: missing }),
      setAside: view.setAside,
      passedOver: view.passedOver,
      durationMs,
      coordinator,
      abandoned: study.isAbandoned,
      pace,
      workers,
      backends,
    };
    context.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  const lines = describeStatus(context, study, durationMs, pace, live);
  if (study.isAbandoned || missing > 0) {
    lines.push(`go on     sweep resume ${headerOf(view).study}${busSuffix(context, options)}`);
  }
  context.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function describeStatus(
  context: CliContext,
  { view, isAbandoned }: AttendedStudy,
  durationMs: number,
  pace: Pace,
  live: readonly WorkerInfo[],
): string[] {
  const { bold } = context.colors.stdout;
  const { study, engine, version, dataset, profile, parent } = headerOf(view);
  const counts = countTrials(view);
  // Why it once stopped says nothing about a study that runs again.
  const missing = countMissingEnds(view);
  const state = missing === 0 ? view.state : 'interrupted';
  const reason =
    missing > 0
      ? `: the event log lacks the ends of ${countOf(missing, 'trial')}`
      : view.state === 'running' || view.stateReason === null
        ? ''
        : `: ${view.stateReason}`;
  const lines = [
    `${bold(printable(study))}  ${state}${printable(reason)}${isAbandoned ? ', but no coordinator runs it' : ''}`,
    `trials    ${counts.total} in all: ${counts.complete} complete (${counts.cached} cached), ${counts.running} running, ` +
      `${counts.pending} pending, ${counts.pruned} pruned, ${counts.failed} failed`,
    `time      ${formatDuration(durationMs)}, ${overheadMsPerTrial(view.timing).toFixed(1)} ms overhead a trial`,
    ...(hasEnded(view.state) && pace.trialsPerMinute === null ? [] : [`pace      ${describePace(pace)}`]),
    `workers   ${describeWorkers(live)}`,
    printable(`engine    ${engine}, version ${version}`),
    ...(profile === undefined ? [] : [printable(`profile   ${profile}`)]),
    ...(parent === undefined ? [] : [printable(`made of   ${parent.study}, by sweep ${parent.by}`)]),
  ];
  if (dataset !== null) {
    const synthetic = dataset.synthetic ? '  SYNTHETIC' : '';
    lines.push(
      printable(
        `data      ${dataset.source}, target ${dataset.target}, ${dataset.digest.slice(0, 12)}${synthetic}`,
      ),
    );
  }
  for (const trial of runningTrials(view)) {
    const last = trial.reports.at(-1);
    lines.push(
      `running   ${printable(`${trial.trial}  attempt ${trial.attempt} on ${trial.worker}`)}, ` +
        (last === undefined ? 'first epoch' : `epoch ${last.epoch} done`),
    );
  }
  for (const { worker, reason } of pace.refusals) lines.push(printable(`refused   by ${worker}: ${reason}`));
  for (const [code, { attempts, trials }] of view.failures) {
    lines.push(printable(`failures  ${code}: ${countOf(attempts, 'attempt')}, ${countOf(trials, 'trial')}`));
  }
  const { count, records } = view.setAside;
  if (count > 0) lines.push(`set aside ${countOf(count, 'record')} of the event log`);
  for (const record of records) lines.push(`          ${describeSetAside(record)}`);
  for (const { trial, reason } of view.passedOver) lines.push(`no winner ${trial}: ${reason}`);
  return lines;
}

function describePace({ trialsPerMinute, idleShare, etaMs }: Pace): string {
  const parts = [
    trialsPerMinute === null ? 'not measured yet' : `${trialsPerMinute.toPrecision(3)} trials a minute`,
  ];
  if (idleShare !== null) parts.push(`workers idle ${(100 * idleShare).toFixed(1)} % of the time`);
  if (etaMs !== null) parts.push(`ETA ${formatDuration(etaMs)}`);
  return parts.join(', ');
}

function describeWorkers(live: readonly WorkerInfo[]): string {
  if (live.length === 0) return 'none';
  const slots = live.reduce((sum, worker) => sum + worker.slots, 0);
  const quarantined = live.filter(({ state }) => state === 'quarantined').length;
  const backends = [...new Set(live.map(({ backend }) => backend))].sort().join('; ');
  return printable(
    `${live.length}, ${countOf(slots, 'slot')}${quarantined === 0 ? '' : `, ${quarantined} quarantined`}, by ${backends}`,
  );
}
