// Pause, resume and stop: with the token that the terminal printed, which stays in this tab.
import { order, ProblemError } from '../api.js';
import { announce, button, element } from '../dom.js';
import type { StudyStore } from '../study-store.js';

const TOKEN = 'sweep-token';

export function openControls(store: StudyStore): void {
  const { study } = store.facts!;
  const token = element('input', {
    id: 'token',
    attributes: {
      type: 'text',
      autocomplete: 'off',
      spellcheck: 'false',
      placeholder: 'from the terminal that runs the dashboard',
    },
  });
  token.value = sessionStorage.getItem(TOKEN) ?? '';
  const answer = element('p', { role: 'alert', class: 'notice', hidden: true });
  const send = async (action: string): Promise<void> => {
    answer.hidden = true;
    try {
      await order(study, action, token.value.trim());
      sessionStorage.setItem(TOKEN, token.value.trim());
      announce(`${study}: ${action} was accepted`);
      dialog.close();
    } catch (thrown) {
      const { message, hint } =
        thrown instanceof ProblemError ? thrown.problem : { message: String(thrown), hint: null };
      answer.textContent = hint === null ? message : `${message}: ${hint}`;
      answer.hidden = false;
    }
  };
  const isPaused = store.status!.state === 'paused';
  const dialog = element(
    'dialog',
    { attributes: { 'aria-labelledby': 'control-title' }, on: { close: () => dialog.remove() } },
    element('h2', { id: 'control-title' }, `Control ${study}`),
    element('label', { class: 'field wide', attributes: { for: 'token' } }, 'Token'),
    token,
    answer,
    element(
      'div',
      { class: 'buttons' },
      isPaused
        ? button('Resume', () => void send('resume'), { class: 'primary' })
        : button('Pause', () => void send('pause'), {
            class: 'primary',
            title: 'what runs is finished, nothing new begins',
          }),
      button('Stop', () => void send('stop'), {
        title: 'what runs is finished, then it ends with its leaderboard',
      }),
      element('span', { class: 'spring' }),
      button('Close', () => dialog.close()),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  token.focus();
}
