// The user's regular expression for lines of output, with a limit of time: one that backtracks without end would hold the
// trial's thread for ever, and no order to stop would be heard.
import { type Context, createContext, Script } from 'node:vm';
import { SweepError } from '../../../src/errors.js';

/** Of all lines that come at once; a sound pattern takes microseconds for each. */
const LIMIT_MS = 1_000;
const MOST_QUOTED = 80;
/**
 * To stop an expression takes a limit on the script that it runs in. Of a line that is drawn over itself the last counts that
 * says something, more than its epoch where any does: a pattern of optional parts matches everything.
 */
const MATCH_ALL = new Script(`
  for (place = 0; place < lines.length; place += 1) {
    let last = null;
    for (const drawn of lines[place].split('\\r').filter((text) => text.trim() !== '').reverse()) {
      const groups = pattern.exec(drawn)?.groups ?? {};
      const names = Object.keys(groups).filter((name) => groups[name] !== undefined);
      if (names.length > 0) last ??= { groups, drawn };
      if (names.some((name) => name !== 'epoch')) {
        last = { groups, drawn };
        break;
      }
    }
    found.push(last);
  }
`);

interface Found {
  readonly groups: Readonly<Record<string, string | undefined>>;
  /** What of the line they were found in. */
  readonly drawn: string;
}

export class BoundedPattern {
  private readonly match: {
    pattern: RegExp;
    lines: readonly string[];
    found: (Found | null)[];
    place: number;
  };
  private readonly context: Context;

  constructor(text: string) {
    this.match = { pattern: new RegExp(text), lines: [], found: [], place: 0 };
    this.context = createContext(this.match);
  }

  /** The named groups in each line, null where it matches none. Throws TRIAL_BAD_INPUT past the limit. */
  find(lines: readonly string[]): readonly (Found | null)[] {
    const found: (Found | null)[] = [];
    if (lines.length === 0) return found;
    Object.assign(this.match, { lines, found });
    try {
      MATCH_ALL.runInContext(this.context, { timeout: LIMIT_MS });
    } catch (thrown) {
      const line = JSON.stringify(lines[this.match.place]?.slice(0, MOST_QUOTED) ?? '');
      throw new SweepError(
        'TRIAL_BAD_INPUT',
        `objective.pattern takes longer than ${LIMIT_MS / 1_000} s on the output, at the line ${line}`,
        {
          hint: 'it backtracks without end: no repetition of what repeats itself, such as (a+)+, and none that two parts can share, such as .*.*',
          cause: thrown,
        },
      );
    }
    return found;
  }
}
