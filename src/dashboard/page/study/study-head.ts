// The head of a study's page: what it is, how far, when it ends, and how good the best is, in a few figures.
import { countOf } from '../../../wording/plural.js';
import { button, element, replace } from '../dom.js';
import { formatDuration, numberText, objectiveWithUnit } from '../figures.js';
import type { StudyStore } from '../study-store.js';

const TICK_MS = 1_000;

export function studyHead(store: StudyStore, control: (() => void) | null): HTMLElement {
  const state = element('span', { class: 'state' });
  const progress = element('div', {
    class: 'progress',
    role: 'progressbar',
    attributes: { 'aria-label': 'trials that ended', 'aria-valuemin': 0 },
  });
  const figures = element('dl', { class: 'figures' });
  const notices = element('div');
  const facts = store.facts!;
  const orders = control === null ? null : button('Pause, resume, stop…', control, { class: 'small' });
  let statusAt = performance.now();

  const draw = (): void => {
    const status = store.status!;
    const { direction, baselines, unitScale } = store.facts!;
    const shown = status.isReading
      ? 'reading its log…'
      : status.isAbandoned
        ? 'no coordinator'
        : status.state;
    state.textContent = shown;
    state.className = `state ${status.isAbandoned ? 'abandoned' : status.state}`;
    const done = status.complete + status.pruned + status.failed;
    progress.setAttribute('aria-valuenow', String(done));
    progress.setAttribute('aria-valuemax', String(Math.max(1, status.total)));
    const part = (name: string, count: number) =>
      element('span', { class: name, style: { width: `${(100 * count) / Math.max(1, status.total)}%` } });
    replace(
      progress,
      part('complete', status.complete),
      part('pruned', status.pruned),
      part('failed', status.failed),
      part('running', status.running),
    );
    const best = store.rows.find((row) => row.state === 'COMPLETE');
    const isRunning = status.state === 'running' && status.nowMs !== null;
    const since = isRunning ? performance.now() - statusAt : 0;
    const [baseline] = baselines;
    replace(
      figures,
      figure('best', best === undefined ? 'none yet' : objectiveWithUnit(store.facts!, best.objective)),
      best !== undefined &&
        baseline !== undefined &&
        figure(
          `against ${baseline.name}`,
          gain(best.objective!, baseline.value, direction),
          objectiveWithUnit(store.facts!, baseline.value),
        ),
      figure('trials', `${done} of ${status.total}`, countsText(status)),
      figure('time', formatDuration(status.durationMs + since)),
      status.etaMs !== null &&
        figure('ends in', `about ${formatDuration(Math.max(0, status.etaMs - since))}`),
      status.trialsPerMinute !== null && figure('pace', paceText(status.trialsPerMinute)),
    );
    if (orders !== null)
      orders.hidden = !(status.state === 'running' || status.state === 'paused') || status.isAbandoned;
    replace(
      notices,
      facts.synthetic &&
        notice('SYNTHETIC data: generated, not measured. The figures say nothing of the real series.'),
      status.isAbandoned && notice(`No coordinator runs it. Go on with: sweep resume ${facts.study}`),
      status.reason !== null && status.state !== 'running' && notice(`${status.state}: ${status.reason}`),
      store.facts!.setAside > 0 &&
        notice(`${countOf(store.facts!.setAside, 'record')} of its log cannot be read and were set aside.`),
      store.facts!.rowsDropped > 0 &&
        notice(`${store.facts!.rowsDropped} rows are left out: worse than all that are shown.`),
      ...store
        .facts!.tests.slice(0, 1)
        .map(({ text }) => element('p', { class: 'tested' }, element('strong', {}, 'Test set '), text)),
    );
    void unitScale;
  };
  store.on(['status', 'rows'], () => {
    statusAt = performance.now();
    draw();
  });
  draw();
  const host = element(
    'header',
    { class: 'study-head' },
    element(
      'div',
      { class: 'title-line' },
      element('h1', {}, facts.study),
      state,
      element('span', { class: 'spring' }),
      orders,
    ),
    element('p', { class: 'quiet facts' }, factsText(store)),
    progress,
    figures,
    notices,
  );
  const timer = setInterval(() => (host.isConnected ? draw() : clearInterval(timer)), TICK_MS);
  return host;
}

function figure(name: string, value: string, detail?: string): HTMLElement {
  return element(
    'div',
    {},
    element('dt', {}, name),
    element('dd', {}, value, detail !== undefined && element('span', { class: 'quiet' }, ` ${detail}`)),
  );
}

function paceText(perMinute: number): string {
  const [count, per] = perMinute >= 1 ? [perMinute, 'minute'] : [perMinute * 60, 'hour'];
  return `${numberText(Number(count.toPrecision(3)))} trials a ${per}`;
}

function notice(text: string): HTMLElement {
  return element('p', { class: 'notice' }, text);
}

function gain(best: number, baseline: number, direction: 'minimize' | 'maximize'): string {
  if (baseline === 0) return '–';
  const share = direction === 'minimize' ? 1 - best / baseline : best / baseline - 1;
  const percent = (100 * Math.abs(share)).toFixed(1);
  return direction === 'minimize'
    ? `${percent} % ${share >= 0 ? 'less' : 'more'}`
    : `${percent} % ${share >= 0 ? 'more' : 'less'}`;
}

function countsText({ running, pruned, failed, cached }: StudyStore['status'] & object): string {
  const parts = [
    [running, 'running'],
    [pruned, 'stopped early'],
    [failed, 'failed'],
    [cached, 'cached'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

function factsText(store: StudyStore): string {
  const {
    name,
    study,
    source,
    target,
    sampler,
    scheduler,
    engine,
    version,
    profile,
    parent,
    repeats,
    repeatedBy,
  } = store.facts!;
  return [
    ...(study.startsWith(name) ? [] : [name]),
    ...(source === null ? [] : [`${source}${target === null ? '' : `, target ${target}`}`]),
    `sampler ${sampler}`,
    ...(scheduler === 'none' ? [] : [`scheduler ${scheduler}`]),
    ...(repeats > 1 ? [`${repeats} ${repeatedBy}s a point`] : []),
    ...(profile === null ? [] : [`profile ${profile}`]),
    ...(parent === null ? [] : [`from ${parent}`]),
    `engine ${engine}`,
    `sweep ${version}`,
  ].join(' · ');
}
