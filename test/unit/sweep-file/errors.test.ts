import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearest } from '../../../src/wording/suggest.js';
import {
  errorAt,
  errorsOf,
  gruGridDocument,
  layerDocument,
  parseDocument,
  seriesOf,
} from '../../support/fixtures/sweep-documents.js';

test('all errors of a sweep file are reported at once, each with path, rule and suggestion', () => {
  const document = {
    ...gruGridDocument(),
    name: 'a b',
    repeats: 0,
    requires: 'gpuu',
    sampler: { type: 'gird' },
    limits: { trialTimeout: 'soon' },
    objective: { metric: 'validationMea' },
  };
  document.dataset.source = 'jenna';
  document.window.delay = -1;
  document.model.cell = 'gruu';
  document.model.dropout = '$dropuot';
  document.space.units = [16, 1e9];
  document.training.epoch = 3;
  const errors = errorsOf(() => parseDocument(document));

  const expected = [
    ['name', 'SPEC_INVALID', undefined],
    ['repeats', 'SPEC_INVALID', undefined],
    ['requires', 'SPEC_INVALID', 'did you mean "gpu"?'],
    ['sampler.type', 'SPEC_INVALID', 'did you mean "grid"?'],
    ['limits.trialTimeout', 'SPEC_INVALID', undefined],
    ['objective.metric', 'SPEC_INVALID', 'did you mean "validationMae"?'],
    ['dataset.source', 'SPEC_INVALID', 'did you mean "jena"?'],
    ['window.delay', 'SPEC_INVALID', undefined],
    ['model.cell', 'SPEC_INVALID', 'did you mean "gru"?'],
    ['model.dropout', 'SPEC_REFERENCE', 'did you mean "$dropout"?'],
    ['training.epoch', 'SPEC_UNKNOWN_FIELD', 'did you mean "epochs"?'],
    ['space.units[1]', 'SPEC_INVALID', undefined],
  ] as const;
  for (const [path, code, hint] of expected) {
    const error = errorAt(errors, path);
    assert.equal(error.code, code, path);
    assert.equal(error.hint, hint, path);
    assert.match(error.message, /^\/study\/sweep\.json:\d+:\d+: /);
    assert.equal(error.exitCode, 2);
  }
  // The dimensions that lost their reference by the two slips above.
  const unused = errors.filter((error) => error.message.includes('is used by no reference'));
  assert.deepEqual(unused.map((error) => error.path).sort(), ['space.cell']);
  assert.equal(errors.length, expected.length + unused.length);
});

test('a dimension that nothing refers to is refused, with the one that was meant', () => {
  const slip = errorsOf(() => parseDocument(gruGridDocument(), { overrides: ['space.unitz=[8]'] }));
  assert.equal(errorAt(slip, 'space.unitz').hint, 'did you mean "units"?');
  const misspelt = errorsOf(() => parseDocument(gruGridDocument(), { overrides: ['model.units=$unts'] }));
  assert.equal(errorAt(misspelt, 'model.units').hint, 'did you mean "$units"?');
  // The slip is said once, where it stands.
  assert.ok(!misspelt.some(({ path }) => path === 'space.units'));
  const model = gruGridDocument() as { model: Record<string, unknown> };
  model.model = { type: 'recurrent', cell: '$cell', unit: '$units' };
  assert.ok(!errorsOf(() => parseDocument(model)).some(({ path }) => path?.startsWith('space.units')));
  const forgotten = gruGridDocument();
  forgotten.space.batchSize = [64, 128];
  const hint = errorAt(
    errorsOf(() => parseDocument(forgotten)),
    'space.batchSize',
  ).hint;
  assert.match(hint ?? '', /^write "\$batchSize"/);
});

test('an error names the line and column of the value', () => {
  const errors = errorsOf(() => parseDocument({ ...gruGridDocument(), seed: -1 }));
  const lines = JSON.stringify({ ...gruGridDocument(), seed: -1 }, null, 2).split('\n');
  const line = lines.findIndex((text) => text.includes('"seed"')) + 1;
  assert.equal(errors[0]?.message, `/study/sweep.json:${line}:11: seed must be at least 0, not -1`);
});

test('an unknown sampler, scheduler, model or layer is answered with those that exist', () => {
  const wrong = {
    ...layerDocument([{ type: 'conv9d' }]),
    sampler: { type: 'oracle' },
    scheduler: { type: 'oracle' },
  };
  const errors = errorsOf(() => parseDocument(wrong));
  assert.match(errorAt(errors, 'sampler.type').message, /must be .*"grid"/);
  assert.match(errorAt(errors, 'scheduler.type').message, /must be .*"none"/);
  assert.match(
    errorAt(errors, 'model.layers[0].type').message,
    /"dense", "flatten", "dropout", "gru", "lstm"/,
  );
  const model = errorsOf(() => parseDocument({ ...gruGridDocument(), model: { type: 'recurent' } }));
  assert.equal(errorAt(model, 'model.type').hint, 'did you mean "recurrent"?');
});

test("another tool's word is answered with ours, and not accepted", () => {
  const cases: readonly [change: string, path: string, hint: string][] = [
    ['objective.metric=val_mae', 'objective.metric', 'did you mean "validationMae"?'],
    ['objective.metric=mae', 'objective.metric', 'did you mean "validationMae"?'],
    ['objective.metric=valLoss', 'objective.metric', 'did you mean "validationLoss"?'],
    ['objective.metric=val_acc', 'objective.metric', 'did you mean "validationAccuracy"?'],
    ['objective.direction=min', 'objective.direction', 'did you mean "minimize"?'],
    ['training.lr=0.1', 'training.lr', 'did you mean "learningRate"?'],
    ['training.loss=mean_absolute_error', 'training.loss', 'did you mean "mae"?'],
    ['model="gru"', 'model', 'write {"type": "recurrent", "cell": "gru"}'],
    ['model={"type":"LSTM"}', 'model.type', 'write {"type": "recurrent", "cell": "lstm"}'],
    [
      'space.units={"type":"loguniform","low":1,"high":9}',
      'space.units.type',
      'write {"type": "float", "low": …, "high": …, "log": true}',
    ],
    ['space.units={"type":"randint"}', 'space.units.type', 'write {"type": "int", "low": …, "high": …}'],
    ['sampler={"type":"bayesian"}', 'sampler.type', 'did you mean "gp"?'],
    ['sampler={"type":"tpe","n_startup_trials":5}', 'sampler.n_startup_trials', 'did you mean "startup"?'],
    ['scheduler={"type":"asha","grace_period":1}', 'scheduler.grace_period', 'did you mean "grace"?'],
    [
      'scheduler={"type":"asha","max_t":81}',
      'scheduler.max_t',
      'how many epochs a trial is given at most is "epochs" in "training", of a program in "objective"',
    ],
    ['training.loss=quantile', 'training.loss', 'write {"pinball": [0.1, 0.5, 0.9]}'],
    ['window.normalise=revin', 'window.normalise', 'did you mean "standard"?'],
    ['dataset.normalise=window', 'dataset.normalise', 'write "normalise": "last" in the window section'],
    ['dataset.target={"column":"a","as":"diff"}', 'dataset.target.as', 'did you mean "difference"?'],
  ];
  for (const [change, path, hint] of cases) {
    const errors = errorsOf(() => parseDocument(gruGridDocument(), { overrides: [change] }));
    assert.equal(errorAt(errors, path).hint, hint, change);
  }
});

test('the type alone of a sampler or scheduler is answered with the section, and nothing else is wrong', () => {
  const document = gruGridDocument();
  document.space.units = { type: 'float', low: 8, high: 16 };
  for (const [section, type] of [
    ['sampler', 'tpe'],
    ['scheduler', 'asha'],
  ] as const) {
    const [error, ...others] = errorsOf(() => parseDocument({ ...document, [section]: type }));
    assert.equal(error?.path, section);
    assert.equal(error?.hint, `write {"type": "${type}"}`);
    assert.deepEqual(
      others.map(({ path }) => path),
      [],
    );
  }
});

test('what the file says of another type is told so where the type was set on the command line', () => {
  const document = { ...gruGridDocument(), scheduler: { type: 'median', warmup: 1 } };
  const hintWith = (override: string) =>
    errorAt(
      errorsOf(() => parseDocument(document, { overrides: [override] })),
      'scheduler.warmup',
    ).hint;
  assert.equal(
    hintWith('scheduler.type=asha'),
    `it is of another type: --set 'scheduler={"type": …}' sets all of it anew`,
  );
  assert.match(hintWith('scheduler={"type":"asha","warmup":1}') ?? '', /^known: "type", "grace"/);
  const slip = { ...gruGridDocument(), scheduler: { type: 'asha', gracee: 1 } };
  assert.equal(
    errorAt(
      errorsOf(() => parseDocument(slip, { overrides: ['scheduler.type=asha'] })),
      'scheduler.gracee',
    ).hint,
    'did you mean "grace"?',
  );
});

test('a dimension that is set at the top of the file is sent to the space', () => {
  const hintOf = (...overrides: string[]) =>
    errorAt(
      errorsOf(() => parseDocument(gruGridDocument(), { overrides })),
      'units',
    ).hint;
  assert.match(hintOf('units=32') ?? '', /--set space\.units=…/);
  const slip = errorsOf(() => parseDocument(gruGridDocument(), { overrides: ['untis=32'] }));
  assert.equal(errorAt(slip, 'untis').hint, 'did you mean "units"?');
});

test('a rule that lists what may stand there is not repeated as a hint', () => {
  const errors = errorsOf(() => parseDocument({ ...gruGridDocument(), sampler: { type: 'oracle' } }));
  assert.equal(errorAt(errors, 'sampler.type').hint, undefined);
});

test('a dimension without its mark, and a mark where none can stand, are explained', () => {
  const document = { ...gruGridDocument(), seed: '$units' };
  document.model.units = 'units';
  const errors = errorsOf(() => parseDocument(document));
  assert.equal(errorAt(errors, 'model.units').hint, 'did you mean "$units"?');
  assert.match(errorAt(errors, 'seed').hint ?? '', /window, model and training/);
});

test('a value that no trial could be trained with is refused where it is written', () => {
  const cases: readonly [dimension: string, values: unknown, path: string][] = [
    ['units', [16, 1e9], 'space.units[1]'],
    ['units', { type: 'choice', values: [0, 16] }, 'space.units.values[0]'],
    ['units', { type: 'int', low: 1, high: 100_000 }, 'space.units.high'],
    ['dropout', [0, 1], 'space.dropout[1]'],
    ['cell', ['gru', 'rnn'], 'space.cell[1]'],
    ['step', [6, 7], 'space.step[1]'],
    ['learningRate', { type: 'float', low: -1, high: 1, levels: 3 }, 'space.learningRate.low'],
  ];
  for (const [dimension, values, path] of cases) {
    const document = gruGridDocument();
    document.space[dimension] = values;
    errorAt(
      errorsOf(() => parseDocument(document)),
      path,
    );
  }
});

test('a range is refused that is empty, not positive on a logarithm, or cannot be listed by the grid', () => {
  const cases: readonly [range: unknown, path: string][] = [
    [{ type: 'float', low: 1, high: 1, levels: 2 }, 'space.learningRate.high'],
    [{ type: 'float', low: 0, high: 1, log: true, levels: 3 }, 'space.learningRate.low'],
    [{ type: 'float', low: 0.1, high: 1 }, 'space.learningRate.levels'],
    [{ type: 'float', low: 0.1, high: 1, step: 0.1, levels: 3 }, 'space.learningRate.levels'],
    [{ type: 'float', low: 0.1, high: 1, log: true, step: 0.1 }, 'space.learningRate.step'],
    [[0.1, 0.2, 0.1], 'space.learningRate[2]'],
    [['$units'], 'space.learningRate[0]'],
    [[], 'space.learningRate'],
  ];
  for (const [range, path] of cases) {
    const document = { ...gruGridDocument(), sampler: { type: 'grid' } };
    document.space.learningRate = range;
    errorAt(
      errorsOf(() => parseDocument(document)),
      path,
    );
  }
});

test('a file that names no sampler gets the grid where all dimensions list their values, else auto', () => {
  const typeWith = (range: unknown) => {
    const document = gruGridDocument();
    document.space.learningRate = range;
    return parseDocument(document).sampler.type;
  };
  assert.equal(typeWith([0.1, 0.2]), 'grid');
  assert.equal(typeWith({ type: 'float', low: 0.1, high: 0.2, levels: 3 }), 'grid');
  assert.equal(typeWith({ type: 'float', low: 0.1, high: 0.2, step: 0.05 }), 'grid');
  assert.equal(typeWith({ type: 'float', low: 0.1, high: 0.2 }), 'auto');
  assert.equal(typeWith({ type: 'float', low: 0.001, high: 0.2, log: true }), 'auto');
});

test('splits that overlap, are empty, exceed the whole, or are shorter than a window are refused', () => {
  const cases: readonly [split: unknown, path: string][] = [
    [
      { train: [0, 100_000], validation: [99_999, 200_000], test: [200_000, null] },
      'dataset.split.validation',
    ],
    [
      { train: [0, 100_000], validation: [150_000, 150_000], test: [200_000, null] },
      'dataset.split.validation',
    ],
    [{ train: [0, 100_000], validation: [100_000, 200_000], test: [50, null] }, 'dataset.split.test'],
    [{ train: 0.6, validation: 0.3, test: 0.2 }, 'dataset.split'],
    [{ train: [0, 1584], validation: [10_000, 20_000], test: [20_000, null] }, 'window.lookback'],
  ];
  for (const [split, path] of cases) {
    const document = gruGridDocument();
    document.dataset.split = split;
    errorAt(
      errorsOf(() => parseDocument(document)),
      path,
    );
  }
  const enough = gruGridDocument();
  enough.dataset.split = { train: [0, 1585], validation: [10_000, 20_000], test: [20_000, null] };
  assert.equal(seriesOf(parseDocument(enough)).split.type, 'rows');
});

test('what a part of a split may be is said of one that is not', () => {
  const told = (split: unknown, path: string) => {
    const document = gruGridDocument();
    document.dataset.split = split;
    return errorAt(
      errorsOf(() => parseDocument(document)),
      path,
    ).message;
  };
  assert.match(
    told({ train: 0.7, validation: 0.3 }, 'dataset.split.test'),
    /is required: a number or a length of time such as "30d"$/,
  );
  assert.match(
    told({ train: '70%', validation: 0.1, test: 0.1 }, 'dataset.split.train'),
    /such as "30d", "4w" or "6h", or a share such as 0\.2, or a number of rows, not "70%"/,
  );
  assert.match(
    told({ train: 0.7, validation: 0.1, test: 0.1, gap: 'windows' }, 'dataset.split.gap'),
    /or a number of rows, or "window", not "windows"/,
  );
});

test('a suggestion is made for a slip and for nothing else', () => {
  assert.equal(editDistance('kitten', 'sitting'), 3);
  assert.equal(editDistance('gird', 'grid'), 1);
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(nearest('Epochs', ['epochs', 'loss']), 'epochs');
  assert.equal(nearest('colour', ['epochs', 'loss']), undefined);
  assert.equal(nearest('e'.repeat(10_000), ['epochs']), undefined);
});

test('a field of the source that stands in the dataset is sent to its place', () => {
  const document = { ...gruGridDocument(), dataset: { ...gruGridDocument().dataset, columns: ['a'] } };
  const error = errorAt(
    errorsOf(() => parseDocument(document)),
    'dataset.columns',
  );
  assert.equal(error.hint, 'it belongs into the source: "source": {"csv": "FILE", "columns": …}');
});

test('amounts are written for people', () => {
  const document = gruGridDocument();
  document.dataset.split = { train: 0.7, validation: 0.2, test: 0.2 };
  document.space.units = [];
  const errors = errorsOf(() => parseDocument(document));
  assert.match(errorAt(errors, 'dataset.split').message, /adds up to 1\.1: /);
  assert.match(errorAt(errors, 'space.units').message, /must hold at least 1 value, not 0/);
});
