// The head of the view: what the study is, how far it is, how fast it goes, and who works on it. Pure.
import { countTrials, hasEnded, headerOf } from '../../../study/study-view.js';
import { formatDuration } from '../../../wording/duration.js';
import { formatCount } from '../../../wording/figures.js';
import { type Line, lineWidth, type Span, type Style, span } from '../screen/styled-line.js';
import { describeWorkers } from '../workers-text.js';
import type { LiveState } from './live-state.js';

const GAP = '  ';
const LONGEST_BAR = 40;
const SHORTEST_BAR = 6;

/** Most important first where there is room for so many only. */
export function headLines(state: LiveState, width: number, rows: number): Line[] {
  const lines = [titleLine(state), progressLine(state, width), countsLine(state), planLine(state)];
  const kept = lines.slice(0, Math.max(1, rows));
  // Read from the top: what it is, of what, how far, and how it stands.
  return kept.length < lines.length ? kept : [lines[0]!, lines[3]!, lines[1]!, lines[2]!];
}

function titleLine(state: LiveState): Line {
  const { study } = headerOf(state.view);
  const [words, style] = stateWords(state);
  return [span(study, 'bold'), span(GAP), span(words, style)];
}

/** How it stands, in words. */
function stateWords({ view, attendance, phase, resumeCommand }: LiveState): [string, Style] {
  const { state, stateReason } = view;
  const because = stateReason === null ? '' : `: ${stateReason}`;
  if (attendance === 'reading') return ['its log is being read …', 'dim'];
  if (hasEnded(state)) {
    if (phase !== null) return [phase, 'cyan'];
    return [`${state}${because}`, state === 'complete' ? 'green' : 'red'];
  }
  if (state === 'interrupted') return [`interrupted${because}; go on with: ${resumeCommand}`, 'yellow'];
  if (attendance === 'nobody') return [`nobody runs it; go on with: ${resumeCommand}`, 'yellow'];
  if (phase !== null) return [phase, 'cyan'];
  if (state === 'paused') return ['paused: what runs is finished, nothing new begins; r goes on', 'yellow'];
  if (state === 'stopping') return ['stopping: what runs is finished, then it ends', 'yellow'];
  return [state, 'green'];
}

function planLine({ view, plan }: LiveState): Line {
  const { dataset, metric, direction, parent } = headerOf(view);
  const parts = [
    `${direction} ${metric ?? 'objective'}`,
    ...(dataset === null ? [] : [`${dataset.target} of ${dataset.source}`]),
    `sampler ${plan.sampler}`,
    ...(plan.scheduler === 'none' ? [] : [`scheduler ${plan.scheduler}`]),
    ...(parent === undefined ? [] : [`from ${parent.study}`]),
  ];
  const synthetic: Span[] = dataset?.synthetic === true ? [span(' SYNTHETIC ', 'inverse'), span(' ')] : [];
  return [...synthetic, span(parts.join(' · '), 'dim')];
}

/** The bar takes what the figures leave. */
function progressLine({ view, work }: LiveState, width: number): Line {
  const { complete, pruned, failed } = view;
  const total = view.header?.total ?? null;
  const ended = complete + pruned + failed;
  const isOver = hasEnded(view.state);
  const eta = work.etaMs === null ? 'measuring' : formatDuration(work.etaMs);
  const rate = work.trialsPerMinute;
  const figures: Line = [
    span(`${formatCount(ended)}/${total === null ? '?' : formatCount(total)} trials`, 'bold'),
    span(` · ${formatDuration(work.durationMs)}`),
    ...(isOver || view.state !== 'running' ? [] : [span(` · ETA ${eta}`)]),
    ...(rate === null || isOver ? [] : [span(` · ${rateText(rate)}`)]),
  ];
  const room = Math.min(LONGEST_BAR, width - lineWidth(figures) - 1);
  if (room < SHORTEST_BAR || total === null || total === 0) return figures;
  const part = (count: number): number => Math.floor((room * Math.min(count, total)) / total);
  const good = part(complete);
  const stopped = part(complete + pruned) - good;
  const lost = part(ended) - good - stopped;
  return [
    span('█'.repeat(good), 'green'),
    span('█'.repeat(stopped), 'dim'),
    span('█'.repeat(lost), 'red'),
    span('░'.repeat(room - good - stopped - lost), 'dim'),
    span(' '),
    ...figures,
  ];
}

function rateText(perMinute: number): string {
  if (perMinute >= 1) return `${Number(perMinute.toPrecision(3))} trials/min`;
  return `${Number((perMinute * 60).toPrecision(3))} trials/h`;
}

function countsLine({ view, workers }: LiveState): Line {
  const { pending, running, complete, pruned, failed, cached } = countTrials(view);
  const waiting = view.header?.total === null ? '' : `${formatCount(pending)} waiting`;
  const counts: readonly (readonly [text: string, count: number, style: Style | undefined])[] = [
    [`${formatCount(running)} running`, running, 'cyan'],
    [waiting, pending, undefined],
    [`${formatCount(complete)} complete`, complete, 'green'],
    [`${formatCount(cached)} of them cached`, cached, 'dim'],
    [`${formatCount(pruned)} stopped early`, pruned, undefined],
    [`${formatCount(failed)} failed`, failed, 'red'],
  ];
  const shown = counts.filter(([text, count]) => count > 0 && text !== '');
  const counted =
    shown.length === 0
      ? [span('no trial yet', 'dim')]
      : shown.flatMap(([text, , style], at) => [span(at === 0 ? '' : ' · '), span(text, style)]);
  if (hasEnded(view.state)) return counted;
  return [...counted, span(` · ${workers.length === 0 ? 'no workers' : describeWorkers(workers)}`, 'dim')];
}
