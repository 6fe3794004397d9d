import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepError } from '../../../src/errors.js';
import { readConstraint, type ValueKind } from '../../../src/search/space/constraint.js';
import type { Params } from '../../../src/study/trial/trial.js';

function holds(text: string, params: Params): boolean {
  return readConstraint(text).holds((name) => params[name]);
}

const CASES: readonly (readonly [text: string, params: Params, expected: boolean])[] = [
  ['units * layers <= 256', { units: 64, layers: 4 }, true],
  ['units * layers <= 256', { units: 65, layers: 4 }, false],
  ['a + b * 2 == 7', { a: 1, b: 3 }, true],
  ['(a + b) * 2 == 8', { a: 1, b: 3 }, true],
  ['a - b - 1 == 0', { a: 3, b: 2 }, true],
  ['a % 4 == 0', { a: 12 }, true],
  ['a / 4 > 2.9', { a: 12 }, true],
  ['-a < 0', { a: 1 }, true],
  // As people add, not as binary fractions do.
  ['a + b <= 0.3', { a: 0.1, b: 0.2 }, true],
  ['a + b < 0.8', { a: 0.7, b: 0.1 }, false],
  ['cell == "gru" && units > 8', { cell: 'gru', units: 16 }, true],
  ['cell != "gru" || units > 8', { cell: 'gru', units: 8 }, false],
  ['!(flag && a > 1)', { flag: true, a: 2 }, false],
  ['flag', { flag: false }, false],
  ['steps == null || steps > 100', { steps: null }, true],
  ['steps > 100', { steps: null }, false],
];
for (const [text, params, expected] of CASES)
  test(`${text} at ${JSON.stringify(params)}: ${expected}`, () =>
    assert.equal(holds(text, params), expected));

test('a constraint does not speak of points at which one of its parameters is inactive', () => {
  assert.equal(holds('share < 0.1', { cell: 'lstm' }), true);
  assert.equal(holds('cell == "gru" && share < 0.1', { cell: 'lstm' }), true);
});

const KINDS: Readonly<Record<string, ValueKind>> = {
  units: 'number',
  cell: 'text',
  flag: 'boolean',
  mixed: 'any',
};
const FAULTS: readonly (readonly [text: string, code: string, message: RegExp, hint?: RegExp])[] = [
  ['units * layers <= 256', 'SPEC_REFERENCE', /names "layers" at character 9/],
  ['$units <= 256', 'SPEC_REFERENCE', /names "\$units" at character 1/],
  ['constructor == 1', 'SPEC_REFERENCE', /names "constructor"/],
  ['units * 2', 'SPEC_INVALID', /is a number, and no condition/],
  ['1 < 2', 'SPEC_INVALID', /names no parameter/],
  ['units = 3', 'SPEC_INVALID', /unexpected "=" at character 7/, /==/],
  ['units <', 'SPEC_INVALID', /expected expression after < at character 8/],
  ['(units < 3', 'SPEC_INVALID', /character/],
  ['units < 3 and flag', 'SPEC_INVALID', /has "and" at character 11/, /write &&/],
  ['units flag', 'SPEC_INVALID', /beside each other/],
  [' ', 'SPEC_INVALID', /is empty/],
  ['1 < units < 5', 'SPEC_INVALID', /true or false beside "<"/, /both comparisons/],
  ['cell * 2 > 1', 'SPEC_INVALID', /a text beside "\*"/],
  ['cell == 3', 'SPEC_INVALID', /compares a text with a number/],
  ['units && flag', 'SPEC_INVALID', /a number beside "&&"/],
  ['!units', 'SPEC_INVALID', /a number beside "!"/],
  ['process.exit(1)', 'SPEC_INVALID', /holds a call/],
  ['units.length > 1', 'SPEC_INVALID', /holds a member/],
  ['units[0] > 1', 'SPEC_INVALID', /holds a member/],
  ['this == units', 'SPEC_INVALID', /holds "this"/],
  ['[units] == units', 'SPEC_INVALID', /holds a list/],
  ['units > 1 ? flag : flag', 'SPEC_INVALID', /a choice by \?/],
  ['units ** 2 > 4', 'SPEC_INVALID', /operator "\*\*"/],
  ['units & 1', 'SPEC_INVALID', /operator "&"/],
];
for (const [text, code, message, hint] of FAULTS)
  test(`${JSON.stringify(text)} is refused: ${message.source}`, () => {
    assert.throws(
      () => readConstraint(text, (name) => (Object.hasOwn(KINDS, name) ? KINDS[name] : undefined)),
      (thrown: SweepError) => {
        assert.equal(thrown.code, code);
        assert.match(thrown.message, message);
        if (hint !== undefined) assert.match(thrown.hint ?? '', hint);
        return true;
      },
    );
  });

test('parameters of values of several kinds are compared at each point', () => {
  const { holds: check } = readConstraint('mixed == "auto" || mixed > 4', (name) => KINDS[name]);
  assert.equal(
    check(() => 'auto'),
    true,
  );
  assert.equal(
    check(() => 5),
    true,
  );
  assert.equal(
    check(() => 3),
    false,
  );
});
