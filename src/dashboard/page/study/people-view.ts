// What went wrong, and who works: failures by reason, and the workers.
import { countOf } from '../../../wording/plural.js';
import { trialAddress } from '../addresses.js';
import { element, link, panel, replace, table } from '../dom.js';
import type { StudyStore } from '../study-store.js';

const MOST_FAILED = 100;

export function failuresView(store: StudyStore): HTMLElement {
  const content = element('div');
  let before = '';
  const draw = (): void => {
    const { failures, failed, study } = store.facts!;
    const now = JSON.stringify([failures, failed]);
    if (now === before) return;
    before = now;
    if (failures.length === 0) {
      replace(content, element('p', { class: 'quiet' }, 'Nothing has failed.'));
      return;
    }
    replace(
      content,
      element(
        'ul',
        { class: 'plain' },
        ...failures.map(({ code, attempts, trials }) =>
          element(
            'li',
            {},
            element('strong', {}, code),
            ` ${countOf(attempts, 'attempt')}, ${trials === 0 ? 'no trial given up' : `${countOf(trials, 'trial')} given up`}`,
          ),
        ),
      ),
      failed.length > 0 &&
        table(
          'Failed trials',
          ['trial', 'reason', 'worker'],
          failed
            .slice(0, MOST_FAILED)
            .map((one) => [
              link(`trial ${one.index + 1}`, trialAddress(study, one.trial), { class: 'nowrap' }),
              element(
                'span',
                {},
                one.message,
                one.hint !== null && element('span', { class: 'quiet' }, ` ${one.hint}`),
              ),
              one.worker ?? '',
            ]),
        ),
    );
  };
  store.on(['rows', 'status'], draw);
  draw();
  return panel('Failures', '', [], content);
}

export function workersView(store: StudyStore): HTMLElement {
  const content = element('div');
  let before = '';
  const draw = (): void => {
    const { workers, coordinator } = store.status!;
    const now = JSON.stringify([workers, coordinator]);
    if (now === before) return;
    before = now;
    replace(
      content,
      workers.length === 0
        ? element('p', { class: 'quiet' }, 'No worker has taken part yet.')
        : table(
            'Workers',
            ['worker', 'state', 'running', 'slots', 'finished', 'failed attempts', 'by'],
            workers.map((one) => [
              one.worker,
              one.isAlive ? one.state : 'gone',
              one.isAlive ? String(one.running) : '–',
              one.isAlive ? String(one.slots) : '–',
              String(one.finished),
              String(one.failedAttempts),
              one.backend,
            ]),
            [2, 3, 4, 5],
          ),
      coordinator !== null && element('p', { class: 'quiet' }, `coordinator ${coordinator}`),
    );
  };
  store.on(['status'], draw);
  draw();
  return panel('Workers', '', [], content);
}
