// Text of others on its way to a terminal or a page: nothing in it moves the cursor, breaks a line, turns the writing around
// or hides. Every name, parameter, column and message of a worker goes through `printable` where it is put into a line;
// `guarded` is the wall behind it, at the stream.

/** Controls (C0, DEL, C1), line and paragraph separators, and what sets the direction of writing. */
const UNSAFE = '\\p{Cc}\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff';
const UNSAFE_CHARACTER = new RegExp(`[${UNSAFE}]`, 'gu');
/** Colours, the line cleared, the screen cleared, the start of the line; then line ends, tabs, and what is unsafe. */
const CONTROL = new RegExp(
  `(\\x1b\\[[\\d;]*m)|(\\x1b\\[(?:K|2J|H)|\\r(?!\\n))|(\\r?\\n|\\t)|[${UNSAFE}]`,
  'gu',
);

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Unsafe characters as JSON writes them: `\n`, `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE_CHARACTER, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export interface Sequences {
  /** Colours are ours to write. */
  readonly hasColor: boolean;
  /** It is a terminal, whose lines are painted anew. */
  readonly isTerminal: boolean;
}

/** Whole output: our own sequences pass where they are of use, line ends and tabs pass, all else is escaped; JSON stays the same value. */
export function guarded(text: string, { hasColor, isTerminal }: Sequences): string {
  return text.replaceAll(CONTROL, (found, color?: string, cursor?: string, blank?: string) => {
    const passes =
      blank !== undefined || (color !== undefined && hasColor) || (cursor !== undefined && isTerminal);
    return passes ? found : printable(found);
  });
}
