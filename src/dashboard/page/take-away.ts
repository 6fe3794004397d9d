// What a person takes from the page: a text into the clipboard, a file to keep.
import { announce, button } from './dom.js';

const SAID_MS = 1_500;

/** Says for a moment what came of it. */
export function copyButton(label: string, text: string): HTMLButtonElement {
  const say = (said: string): void => {
    // As wide as it was: what stands beside it stays.
    made.style.setProperty('min-width', `${made.offsetWidth}px`);
    made.textContent = said;
    announce(said);
    setTimeout(() => {
      made.textContent = label;
    }, SAID_MS);
  };
  const made = button(
    label,
    () =>
      // Beyond this machine's own address browsers have no clipboard without encryption.
      (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
        () => say('copied'),
        () => say('the browser refused'),
      ),
    { class: 'small', title: text },
  );
  return made;
}

export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address));
}
