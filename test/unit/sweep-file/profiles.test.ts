// Profiles: parts of a sweep file that the command line chooses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import {
  errorAt,
  errorsOf,
  gruGridDocument,
  JENA_SHAPE,
  parseDocument,
} from '../../support/fixtures/sweep-documents.js';

function profileDocument(fast: Record<string, unknown>, rest: Record<string, unknown> = {}) {
  return { ...gruGridDocument(), ...rest, profiles: { fast, other: { seed: 5 } } };
}
const fast = { profile: 'fast' };

test('a chosen profile is laid over the file, and the spec says which', () => {
  const document = profileDocument({ training: { epochs: 2 }, space: { units: [8] }, repeats: 3 });
  const spec = parseDocument(document, fast);
  assert.deepEqual([spec.training?.epochs, spec.training?.learningRate], [2, '$learningRate']);
  assert.deepEqual([spec.space.units, spec.space.cell], [[8], ['gru', 'lstm']]);
  assert.equal(spec.repeats, 3);
  assert.equal(spec.profile, 'fast');
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
});

test('without one the file is as it would be without profiles', () => {
  const spec = parseDocument(profileDocument({ training: { epochs: 2 } }));
  assert.deepEqual(spec, parseDocument(gruGridDocument()));
  assert.ok(!('profile' in spec));
});

test('an override wins over the profile', () => {
  const document = profileDocument({ training: { epochs: 2 } });
  assert.equal(parseDocument(document, { ...fast, overrides: ['training.epochs=9'] }).training?.epochs, 9);
});

test('what a profile says of training holds for the variants, unless it says otherwise for one', () => {
  const document = profileDocument(
    { training: { epochs: 2 }, variants: { b: { training: { epochs: 3 } } } },
    { variants: { a: { training: { epochs: 40 } }, b: { training: { epochs: 40 } }, c: {} } },
  );
  const spec = parseDocument(document, fast);
  const epochs = ['a', 'b', 'c'].map((variant) => {
    const params = { variant, cell: 'gru', units: 8, dropout: 0, recurrentDropout: 0, step: 6 };
    return (resolveTrial(spec, { ...params, learningRate: 0.1 }, 1, JENA_SHAPE) as TrainConfig).training
      .epochs;
  });
  assert.deepEqual(epochs, [2, 3, 2]);
});

test('an unknown profile is refused with the known ones', () => {
  const [error] = errorsOf(() => parseDocument(profileDocument({}), { profile: 'quick' }));
  assert.equal(error?.code, 'USAGE');
  assert.equal(error?.hint, 'known: "fast", "other"');
  const [near] = errorsOf(() => parseDocument(profileDocument({}), { profile: 'fats' }));
  assert.equal(near?.hint, 'did you mean "fast"?');
  const [none] = errorsOf(() => parseDocument(gruGridDocument(), fast));
  assert.equal(none?.hint, 'it has no "profiles"');
  const [inherited] = errorsOf(() => parseDocument(profileDocument({}), { profile: 'constructor' }));
  assert.equal(inherited?.code, 'USAGE');
});

test('errors of a chosen profile point into it, those of the file to the file', () => {
  const errors = errorsOf(() =>
    parseDocument(
      profileDocument(
        { training: { epochs: 0 }, window: { stepp: 1 } },
        { variants: { a: { training: { epochs: 4 } } }, repeats: 0 },
      ),
      fast,
    ),
  );
  const epochs = errorAt(errors, 'profiles.fast.training.epochs');
  assert.match(
    epochs.message,
    /^\/study\/sweep\.json:\d+:\d+: profiles\.fast\.training\.epochs must be at least 1/,
  );
  errorAt(errors, 'profiles.fast.window.stepp');
  errorAt(errors, 'repeats');
  const [option] = errorsOf(() =>
    parseDocument(profileDocument({ training: { epochs: 2 } }), {
      ...fast,
      overrides: ['training.epochs=0'],
    }),
  );
  assert.match(option?.message ?? '', /^--set training\.epochs=0: training\.epochs/);
});

test('a profile that is not chosen is checked for the names of its sections', () => {
  const errors = errorsOf(() => parseDocument(profileDocument({ trainign: {}, profiles: {} })));
  assert.equal(errorAt(errors, 'profiles.fast.trainign').hint, 'did you mean "training"?');
  errorAt(errors, 'profiles.fast.profiles');
});

test('an override of a profile is refused: it would change nothing', () => {
  const [error] = errorsOf(() =>
    parseDocument(profileDocument({}), { overrides: ['profiles.fast.training.epochs=1'] }),
  );
  assert.equal(error?.code, 'USAGE');
});
