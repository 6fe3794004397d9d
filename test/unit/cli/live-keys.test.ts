// Keys of the live view: what a terminal sends, and what each does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_UI, type LiveUi, press } from '../../../src/cli/terminal/live/live-ui.js';
import { readStat } from '../../../src/cli/terminal/screen/foreground.js';
import { readKeys } from '../../../src/cli/terminal/screen/keys.js';
import { findViewTerminal } from '../../../src/cli/terminal/screen/view-terminal.js';

const TRIALS = ['a', 'b', 'c', 'd'];

function after(input: string, from: LiveUi = FIRST_UI): { ui: LiveUi; orders: string[] } {
  const orders: string[] = [];
  const ui = readKeys(input).reduce((before, key) => {
    const { ui: next, order } = press(before, key, { trials: TRIALS, pageRows: 2 });
    if (order !== null) orders.push(order);
    return next;
  }, from);
  return { ui, orders };
}

test('arrows choose a trial and stay in the list, also in the form of application keys', () => {
  assert.equal(after('\u001b[B').ui.selected, 'a');
  assert.equal(after('\u001b[B\u001bOB\u001b[A').ui.selected, 'a');
  assert.equal(after('jjjjjjjj').ui.selected, 'd');
  assert.equal(after('\u001b[A').ui.selected, 'd');
  assert.equal(after('j\u001b[6~').ui.selected, 'c');
  assert.equal(after('\u001b[F\u001b[H').ui.selected, 'a');
});

test('Enter opens the chosen trial, and goes back', () => {
  assert.deepEqual([after('\r').ui.page, after('\r').ui.selected], ['trial', 'a']);
  assert.equal(after('j\r\r').ui.page, 'study');
  assert.equal(after('j\r\u001b').ui.page, 'study');
});

test('p and r give orders, q leaves from the study and goes back from elsewhere', () => {
  assert.deepEqual(after('prq').orders, ['pause', 'resume', 'leave']);
  assert.deepEqual(after('?q').orders, []);
  assert.equal(after('?q').ui.page, 'study');
});

test('what is typed into the filter is no order', () => {
  const { ui, orders } = after('/pq?漢\u007fx');
  assert.deepEqual([ui.filter, ui.isTyping, orders], ['pq?x', true, []]);
  assert.deepEqual(after('/ab\r').ui, { ...FIRST_UI, filter: 'ab' });
  assert.equal(after('/ab\u001b').ui.filter, '');
  assert.equal(after('/ab\u0015c').ui.filter, 'c');
});

test('s goes through the orders and comes round', () => {
  assert.equal(after('s').ui.order, 'newest');
  assert.equal(after('ssss').ui.order, FIRST_UI.order);
});

test('sequences that mean nothing here, of a mouse or pasted, do nothing', () => {
  assert.deepEqual(readKeys('\u001b[<0;3;4M\u001b[200~\u001b[1;5C'), []);
  assert.deepEqual(readKeys('\u001b'), [{ name: 'escape' }]);
  assert.deepEqual(readKeys('\u0003\u001a'), [{ name: 'interrupt' }, { name: 'suspend' }]);
});

test('a view wants a terminal, and none that only prints', () => {
  const stream = (isTTY: boolean) => ({ isTTY, write: () => true }) as unknown as NodeJS.WriteStream;
  const find = (isTTY: boolean, term?: string, ci?: string) =>
    findViewTerminal({ openInput: () => null, stdout: stream(true), stderr: stream(isTTY), term, ci }) !==
    null;
  assert.equal(find(true, 'xterm'), true);
  assert.equal(find(false, 'xterm'), false);
  assert.equal(find(true, 'dumb'), false);
  assert.equal(find(true, 'xterm', 'true'), false);
  assert.equal(find(true, 'xterm', 'false'), true);
});

test('the groups of a process are read whatever its name holds', () =>
  assert.deepEqual(readStat('12 (a) b (c) S 1 34 34 1025 56 4194304 0'), [34, 56]));
