// What a terminal shows of what is painted, by an emulator of one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import headless from '@xterm/headless';
import { Screen } from '../../../src/cli/terminal/screen/screen.js';

test('a line as wide as the screen keeps its last letter, also where a longer one stood', async (t) => {
  const [columns, rows] = [20, 3];
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  t.after(() => terminal.dispose());
  const output = Object.assign(Object.create(process.stderr) as NodeJS.WriteStream, { columns, rows });
  const written: Promise<void>[] = [];
  let raw = '';
  const screen = new Screen({
    terminal: {
      output,
      input: null,
      write: (text) => {
        raw += text;
        written.push(new Promise((resolve) => terminal.write(text, resolve)));
      },
      divert: () => () => {},
    },
    hasColor: true,
    onKey: () => {},
    onShown: () => {},
    onClosed: () => {},
    onDiverted: () => {},
  });
  const shown = async (): Promise<(string | undefined)[]> => {
    await Promise.all(written);
    return [0, 1].map((row) => terminal.buffer.active.getLine(row)?.translateToString(true));
  };
  screen.open();
  t.after(() => screen.close());
  const whole = `\u001b[32m${'x'.repeat(columns - 1)}…\u001b[39m`;
  screen.paint([whole, 'y'.repeat(columns)]);
  assert.deepEqual(await shown(), [`${'x'.repeat(columns - 1)}…`, 'y'.repeat(columns)]);
  // Of terminals that clear the letter on which the cursor waits, as tmux does, this emulator is none.
  const afterLetter = raw.slice(raw.indexOf('…'), raw.indexOf('\u001b[2;1H'));
  assert.ok(!afterLetter.includes('\u001b[K'), JSON.stringify(afterLetter));
  screen.paint(['short', 'y'.repeat(columns)]);
  assert.deepEqual(await shown(), ['short', 'y'.repeat(columns)]);
});
