import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SweepError } from '../../../src/errors.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { formatPath, parsePath } from '../../../src/sweep-file/text/json-path.js';
import { space } from '../../support/fixtures/spec-arbitraries.js';
import { gruGridDocument, parseDocument } from '../../support/fixtures/sweep-documents.js';

test('a spec survives the event log: revive(JSON(parse(file))) is parse(file)', () => {
  fc.assert(
    fc.property(
      space,
      fc.nat({ max: 2 ** 31 - 1 }),
      fc.integer({ min: 1, max: 1000 }),
      (dimensions, seed, repeats) => {
        const spec = parseDocument({
          name: 'random',
          space: dimensions,
          objective: { type: 'function', name: 'noop' },
          seed,
          repeats,
        });
        assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
        assert.deepEqual(spec.space, dimensions);
        assert.deepEqual(Object.keys(spec.space), Object.keys(dimensions));
      },
    ),
  );
});

test('any text at all is either a spec or a SweepError with exit code 2', () => {
  const mutated = fc
    .tuple(fc.nat(), fc.nat({ max: 20 }), fc.string({ maxLength: 8 }))
    .map(([at, removed, inserted]) => {
      const text = JSON.stringify(gruGridDocument());
      const start = at % text.length;
      return text.slice(0, start) + inserted + text.slice(start + removed);
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), mutated), (text) => {
      try {
        parseSweepSpec(text, 'sweep.json');
      } catch (thrown) {
        assert.ok(thrown instanceof SweepError, String(thrown));
        assert.equal(thrown.exitCode, 2);
        assert.notEqual(thrown.code, 'INTERNAL');
      }
    }),
    { numRuns: 200 },
  );
});

test('any value at any place of a sweep file is either taken or refused with a SweepError', () => {
  const places = [
    'name',
    'dataset',
    'window',
    'model',
    'space',
    'training',
    'objective',
    'sampler',
    'limits',
    'seed',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
      try {
        parseDocument({ ...gruGridDocument(), [place]: value });
      } catch (thrown) {
        assert.ok(thrown instanceof SweepError, String(thrown));
        assert.equal(thrown.exitCode, 2);
      }
    }),
    { numRuns: 200 },
  );
});

test('a path is read back as it was written', () => {
  const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,20}$/);
  const path = fc.tuple(key, fc.array(fc.oneof(key, fc.nat({ max: 1e6 })), { maxLength: 6 }));
  fc.assert(
    fc.property(path, ([first, rest]) => {
      assert.deepEqual(parsePath(formatPath([first, ...rest])), [first, ...rest]);
    }),
  );
});
