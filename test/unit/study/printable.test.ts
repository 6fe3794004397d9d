// Text of others in a line of ours: nothing of it moves the cursor, breaks the line or turns the writing around.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guarded, printable } from '../../../src/wording/printable.js';

const HOSTILE =
  '\u0000\u0007\b\u001b]0;x\u0007\u001b[2J\u007f\u0085\u009b31m\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff';
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

describe('printable', () => {
  it('escapes what is unsafe as JSON does, and nothing else', () => {
    assert.doesNotMatch(printable(`${HOSTILE}\n\r\t`), UNSAFE);
    assert.equal(JSON.parse(`"${printable(`${HOSTILE}\n\r\t`)}"`), `${HOSTILE}\n\r\t`);
    for (const text of ['T (°C)', 'naïve 東京 🌡️ עברית', 'a\\nb', '']) assert.equal(printable(text), text);
  });
});

describe('the wall at the stream', () => {
  it('lets line ends and tabs through, and our sequences where they are of use', () => {
    const ours = '\r\u001b[K\u001b[32mgreen\u001b[39m\n\u001b[2J\u001b[H';
    assert.equal(guarded(ours, { hasColor: true, isTerminal: true }), ours);
    assert.doesNotMatch(guarded(ours, { hasColor: false, isTerminal: false }).replaceAll('\n', ''), UNSAFE);
    assert.equal(guarded('a\tb\r\nc\n', { hasColor: false, isTerminal: false }), 'a\tb\r\nc\n');
  });

  it('stops all else, in colour on a terminal too', () => {
    const shown = guarded(HOSTILE.replace('\u001b[2J', ''), { hasColor: true, isTerminal: true });
    assert.doesNotMatch(shown, UNSAFE);
  });

  it('leaves JSON the same value', () => {
    const text = JSON.stringify({ [HOSTILE]: HOSTILE }, null, 2);
    const shown = guarded(text, { hasColor: false, isTerminal: false });
    assert.doesNotMatch(shown.replaceAll('\n', ''), UNSAFE);
    assert.deepEqual(JSON.parse(shown), { [HOSTILE]: HOSTILE });
  });
});
