// Numbers and time stamps: the fast readers agree with the slow ones of the platform.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseNumber } from '../../../src/dataset/sources/csv/csv-numbers.js';
import { formatTimestamp, parseTimestamp } from '../../../src/dataset/sources/csv/times/time-stamps.js';

test('a number is read as Number() reads it, to the bit', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 0, max: 12 }),
      (value, digits) => {
        for (const text of [String(value), value.toFixed(digits), ` ${value} `]) {
          if (/e/.test(text) && !Number.isFinite(Number(text))) continue;
          assert.ok(Object.is(parseNumber(text), Number(text)), text);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('short decimals of every length are exact', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 20n }),
      fc.nat(20),
      fc.boolean(),
      (integer, point, isNegative) => {
        const digits = String(integer).padStart(point, '0');
        const whole = digits.slice(0, digits.length - point);
        const text = `${isNegative ? '-' : ''}${whole}${point > 0 ? '.' : ''}${digits.slice(digits.length - point)}`;
        assert.ok(
          Object.is(parseNumber(text), text === '' || text === '-' ? Number.NaN : Number(text)),
          text,
        );
      },
    ),
    { numRuns: 2000 },
  );
});

test('what is no decimal number reads as NaN', () => {
  const isDecimal = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.-+eExNa _,') }), (text) => {
      if (isDecimal.test(text) && Number.isFinite(Number(text))) return;
      assert.ok(Number.isNaN(parseNumber(text)), JSON.stringify(text));
    }),
    { numRuns: 5000 },
  );
});

test('time stamps agree with Date over five centuries, in all forms', () => {
  fc.assert(
    fc.property(
      fc.date({
        min: new Date('1800-01-01T00:00:00Z'),
        max: new Date('2300-01-01T00:00:00Z'),
        noInvalidDate: true,
      }),
      (date) => {
        const seconds = Math.floor(date.getTime() / 1000);
        const iso = new Date(seconds * 1000).toISOString();
        const [year, month, day] = iso.slice(0, 10).split('-');
        const clock = iso.slice(11, 19);
        assert.equal(parseTimestamp(iso), seconds);
        assert.equal(parseTimestamp(formatTimestamp(seconds)), seconds);
        assert.equal(parseTimestamp(`${year}-${month}-${day}T${clock}+01:30`), seconds - 5400);
        assert.equal(parseTimestamp(`${day}.${month}.${year} ${clock}`), seconds);
        const minute = seconds - (((seconds % 60) + 60) % 60);
        assert.equal(parseTimestamp(`${day}.${month}.${year} ${clock.slice(0, 5)}`), minute);
      },
    ),
  );
});

test('what is no time stamp reads as NaN', () => {
  for (const text of [
    '',
    '2020',
    '2020-13-01',
    '2020-02-30',
    '2021-02-29',
    '29.02.1900',
    '2020-01-01 25:00',
    '2020-01-01 00:60',
    '2020-01-01 24:10',
    '2020-01-01x00:10',
    '2020-01-01 00:10 Uhr',
    '1.1.2009 00:10:00',
    '20200101 00:10:00',
    'Date Time',
    '996.52',
  ]) {
    assert.ok(Number.isNaN(parseTimestamp(text)), text);
  }
});
