// One trial: what it was, what came of it, how it learnt, where it errs, and all that happened to it.
import type { TrialAnswer } from '../wire.js';
import { studyAddress, trialAddress } from './addresses.js';
import { ask, ProblemError, studyPath } from './api.js';
import { element, link, panel, replace } from './dom.js';
import {
  formatCount,
  formatDuration,
  metricName,
  numberText,
  objectiveWithUnit,
  timeText,
} from './figures.js';
import { forecastView } from './forecast-view.js';
import { learningView } from './learning-view.js';
import { outputPanels } from './outputs-view.js';
import { debounced } from './plots/redraw.js';
import { problemView } from './problem-view.js';
import { rewrite } from './rewrite.js';
import { connect } from './study-connection.js';
import { StudyStore } from './study-store.js';
import { copyButton } from './take-away.js';

const ASK_AFTER_MS = 300;

export function trialPage(main: HTMLElement, study: string, trial: string): () => void {
  document.title = `${trial.slice(0, 10)} · ${study} · sweep`;
  const store = new StudyStore();
  const content = element('div');
  const crumbs = element(
    'nav',
    { class: 'crumbs', attributes: { 'aria-label': 'Where this is' } },
    link(study, studyAddress(study)),
    ' / trial',
  );
  replace(main, crumbs, content);
  let shown = '';
  let forecast: HTMLElement | null = null;
  const learning = learningView(store);
  const refresh = debounced(ASK_AFTER_MS, () => {
    ask<TrialAnswer>(`${studyPath(study)}/trials/${encodeURIComponent(trial)}`).then(
      (answer) => {
        const now = JSON.stringify(answer);
        if (now === shown || store.facts === null) return;
        shown = now;
        const isTrained = answer.state === 'COMPLETE' && answer.result?.modelDigest != null;
        if (isTrained && store.facts.isSeries) forecast ??= forecastView(study, trial);
        rewrite(content, () => [
          head(store, answer),
          element('div', { class: 'columns' }, learning(answer.curves), factsPanel(answer)),
          ...(answer.outputs === null ? [] : outputPanels(answer.outputs)),
          forecast,
          story(answer),
        ]);
      },
      (thrown: unknown) => {
        if (thrown instanceof ProblemError && shown === '') replace(content, problemView(thrown.problem));
      },
    );
  });
  const stop = connect(study, store, content, refresh);
  let before: unknown;
  store.on(['rows'], () => {
    const row = store.rowOfTrial(trial);
    if (row !== undefined && row === before) return;
    before = row;
    refresh();
  });
  return stop;
}

function head(store: StudyStore, { trial, state, conclusion, params }: TrialAnswer): HTMLElement {
  const row = store.rowOfTrial(trial);
  const rank = row === undefined ? null : store.rankOf(row);
  const place = row === undefined ? -1 : store.rows.indexOf(row);
  const [before, after] = [store.rows[place - 1], place < 0 ? undefined : store.rows[place + 1]];
  const { study, repeatedBy } = store.facts!;
  return element(
    'header',
    { class: 'study-head' },
    element(
      'div',
      { class: 'title-line' },
      element('h1', {}, rank === null ? `Trial ${trial.slice(0, 10)}` : `Rank ${rank}`),
      element('span', { class: `state ${state.toLowerCase()}` }, state.toLowerCase()),
      row?.objective != null &&
        element('strong', { class: 'headline number' }, objectiveWithUnit(store.facts!, row.objective)),
      element('span', { class: 'spring' }),
      params !== null &&
        Object.keys(params).length > 0 &&
        copyButton('Copy parameters', JSON.stringify(params, null, 2)),
      before !== undefined && link('← better', trialAddress(study, before.trial), { class: 'small' }),
      after !== undefined && link('worse →', trialAddress(study, after.trial), { class: 'small' }),
    ),
    element(
      'p',
      { class: 'quiet facts' },
      `${trial}. ${conclusion}${row !== undefined && row.seeds > 1 ? ` Its point is told by the mean of ${row.seeds} ${repeatedBy}s; this is one of them.` : ''}`,
    ),
    element(
      'dl',
      { class: 'figures' },
      ...Object.entries(params ?? {}).map(([name, value]) => {
        const text = typeof value === 'number' ? numberText(value) : String(value);
        return element('div', { title: String(value) }, element('dt', {}, name), element('dd', {}, text));
      }),
    ),
  );
}

const RESULT_NAMES: Readonly<Record<string, string>> = {
  objective: 'objective',
  intervalLow: '95 % interval from',
  intervalHigh: '95 % interval to',
  bestEpoch: 'best epoch',
  durationMs: 'training time',
  parameters: 'trainable parameters',
  validationSamples: 'validation samples',
  baselineMae: 'naive persistence',
  baselineAccuracy: 'majority class',
  horizonRows: 'rows ahead',
  noInterval: 'no 95 % interval',
  weightsDigest: 'digest of the weights',
  modelDigest: 'stored model',
};

function factsPanel({ result, seed, index, state }: TrialAnswer): HTMLElement {
  const facts: [string, string][] = [
    ['place in the search', String(index + 1)],
    ...(seed === null ? [] : [['seed', String(seed)] as [string, string]]),
    ...Object.entries(result ?? {}).flatMap(([name, value]): [string, string][] =>
      value === null ? [] : [[RESULT_NAMES[name] ?? metricName(name), valueText(name, value)]],
    ),
  ];
  return panel(
    'Result',
    result !== null ? '' : state === 'FAILED' ? 'none: it failed' : 'none yet',
    [],
    element(
      'dl',
      { class: 'facts-list' },
      ...facts.flatMap(([name, value]) => [
        element('dt', {}, name),
        element(
          'dd',
          { class: name === RESULT_NAMES.noInterval ? 'sentence' : 'number', title: value },
          value,
        ),
      ]),
    ),
  );
}

function valueText(name: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (name === 'durationMs') return formatDuration(Number(value));
  if (typeof value === 'string') return name === 'state' ? value.toLowerCase() : value;
  if (Number.isInteger(value) && name !== 'seed') return formatCount(value);
  return numberText(value);
}

function story({ story: lines, output }: TrialAnswer): HTMLElement {
  return panel(
    'What happened',
    '',
    [],
    element(
      'ol',
      { class: 'story', tabIndex: 0 },
      ...lines.map(({ at, text }) =>
        element(
          'li',
          {},
          element('time', { class: 'quiet number' }, `${timeText(Date.parse(at))}${at.slice(16, 19)}`),
          ` ${text}`,
        ),
      ),
    ),
    output !== null && element('h3', {}, 'The last lines of its program'),
    output !== null && element('pre', { class: 'output', tabIndex: 0 }, output),
  );
}
