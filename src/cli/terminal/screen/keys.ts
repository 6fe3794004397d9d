// What a terminal sends for keys, as names. Pure: bytes that came together in, keys out.

/** `char`: a printable character as it was typed. */
export type Key = { readonly name: 'char'; readonly char: string } | { readonly name: KeyName };

export type KeyName =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'clear'
  | 'interrupt'
  | 'suspend'
  | 'quit'
  | 'repaint';

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[5~': 'pageUp',
  '[6~': 'pageDown',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[7~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[8~': 'end',
};

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'interrupt',
  '\u001a': 'suspend',
  '\u001c': 'quit',
  '\u000c': 'repaint',
  '\u0015': 'clear',
};

const ESC = '\u001b';
/** A whole escape sequence, or the key itself, which stands alone. */
const ESCAPED = new RegExp(`^${ESC}(?:(\\[[\\d;?<]*[ -/]*[@-~]|O[A-Za-z])|(?=${ESC}|$)|[^${ESC}])`);

/** Of what comes in one piece: an escape alone is the key. Sequences without a meaning here are no keys. */
export function readKeys(input: string): Key[] {
  const keys: Key[] = [];
  for (let rest = input; rest !== ''; ) {
    const escaped = ESCAPED.exec(rest);
    if (escaped !== null) {
      const [whole, sequence] = escaped;
      const name = sequence === undefined ? undefined : SEQUENCES[sequence];
      if (whole === ESC) keys.push({ name: 'escape' });
      else if (name !== undefined) keys.push({ name });
      rest = rest.slice(whole.length);
      continue;
    }
    const char = String.fromCodePoint(rest.codePointAt(0)!);
    const name = CONTROLS[char];
    if (name !== undefined) keys.push({ name });
    else if (!/\p{Cc}/u.test(char)) keys.push({ name: 'char', char });
    rest = rest.slice(char.length);
  }
  return keys;
}
