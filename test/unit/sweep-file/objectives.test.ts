// Objectives that run programs of the user's: what is wrong with a section is said by its place; files decide the bundle.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import type { SweepError } from '../../../src/errors.js';
import { decodeBundle, encodeBundle } from '../../../src/program/bundle.js';
import { packObjective } from '../../../src/sweep-file/objective/pack-objective.js';
import { parseSweepText } from '../../../src/sweep-file/parse.js';
import { documentOf } from '../../../src/sweep-file/sweep-document.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { writeProgramSweep } from '../../support/fixtures/programs.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const OBJECTIVE = { command: ['node', 'program.cjs'], files: ['program.cjs'], metric: 'loss', epochs: 2 };

test('what is wrong with an objective is said by its place', (t) => {
  const directory = temporaryDirectory(t);
  const cases = [
    [
      { ...OBJECTIVE, files: [] },
      /objective\.command\[1\] is a file beside the sweep file, but not among objective\.files/,
    ],
    [
      { ...OBJECTIVE, files: ['program.cjs', 'lib/**'] },
      /objective\.files\[1\] names nothing that is there: "lib\/\*\*"/,
    ],
    [{ ...OBJECTIVE, files: ['../other'] }, /objective\.files\[0\] must lead to files below the folder/],
    [
      { ...OBJECTIVE, command: ['node', 'x', '--g=${gaol}'] },
      /objective\.command\[2\] has \$\{gaol\}, which is no dimension.*\n.*goal/,
    ],
    [{ ...OBJECTIVE, command: ['${goal}'] }, /objective\.command\[0\] is the program itself/],
    [{ ...OBJECTIVE, command: ['node', '--x=${args}'] }, /objective\.command\[1\] must be \$\{args\} alone/],
    [{ ...OBJECTIVE, pattern: '(' }, /objective\.pattern is no regular expression/],
    [{ ...OBJECTIVE, pattern: 'loss=(\\d+)' }, /objective\.pattern has no group of the metric: \(\?<loss>/],
    [
      { ...OBJECTIVE, metric: 'val/loss', pattern: 'loss=(?<loss>\\d+)' },
      /objective\.pattern has no group of the metric, and no group can be named "val\/loss"/,
    ],
    [{ ...OBJECTIVE, metrik: 'loss' }, /objective\.metrik is an unknown field.*\n.*metric/],
    [
      { ...OBJECTIVE, also: { metric: 'loss' } },
      /objective\.also\.metric is "loss", which is the first objective already/,
    ],
    [{ ...OBJECTIVE, also: { metric: 'a b' } }, /objective\.also\.metric is no name of a metric.*a b/],
    [{ ...OBJECTIVE, also: { metric: 'time', direction: 'less' } }, /objective\.also\.direction/],
    [{ ...OBJECTIVE, metric: 'val loss' }, /objective\.metric is no name of a metric.*val loss/],
  ] as const;
  for (const [objective, message] of cases) {
    const file = writeProgramSweep(directory, { objective });
    assert.throws(
      () => {
        const { spec } = parseSweepText(readFileSync(file, 'utf8'), file);
        packObjective(spec.objective, directory);
      },
      ({ code, message: text, hint }: SweepError) => {
        assert.match(code, /^SPEC_/);
        assert.match(`${text}\n${hint}`, message);
        return true;
      },
    );
  }
});

test('a scheduler needs epochs to compare programs at, whichever it is', (t) => {
  const directory = temporaryDirectory(t);
  const { epochs: _, ...endless } = OBJECTIVE;
  const parse = (objective: object, scheduler: object) => {
    const file = writeProgramSweep(directory, { objective, scheduler });
    return parseSweepText(readFileSync(file, 'utf8'), file).spec.scheduler.type;
  };
  for (const scheduler of [{ type: 'asha' }, { type: 'asha', variant: 'promote' }, { type: 'median' }]) {
    assert.equal(parse(OBJECTIVE, scheduler), scheduler.type);
    assert.throws(
      () => parse(endless, scheduler),
      /objective\.epochs is required with a scheduler: "(asha|median)" compares trials/,
    );
  }
  assert.equal(parse(endless, { type: 'none' }), 'none');
});

test('a program may have a second objective, whose front a search looks for', (t) => {
  const also = { metric: 'latency_ms', direction: 'maximize' };
  const file = writeProgramSweep(temporaryDirectory(t), {
    objective: { ...OBJECTIVE, also },
    space: { goal: { type: 'float', low: 0, high: 1 } },
  });
  const { spec } = parseSweepText(readFileSync(file, 'utf8'), file);
  assert.equal(spec.sampler.type, 'nsga2');
  assert.deepEqual(planStudy(spec, null, TEST_ENGINE).also, also);
  assert.deepEqual(
    parseSweepText(JSON.stringify(documentOf(spec)), 'again.json').spec.objective,
    spec.objective,
  );
});

test('files decide the bundle, and a sweep made of a study keeps it', (t) => {
  const directory = temporaryDirectory(t);
  const file = writeProgramSweep(directory);
  const { spec } = parseSweepText(readFileSync(file, 'utf8'), file);
  const first = packObjective(spec.objective, directory);
  assert.ok(first.bundle !== null && 'bundle' in first.objective);
  assert.deepEqual(packObjective(spec.objective, directory), first);
  const document = documentOf({ ...spec, objective: first.objective });
  const again = parseSweepText(JSON.stringify(document), 'made.json').spec.objective;
  assert.deepEqual(packObjective(again, '/nowhere'), { objective: again, bundle: null });
  assert.deepEqual(again, first.objective);
  appendFileSync(join(directory, 'program.cjs'), '//');
  const changed = packObjective(spec.objective, directory).objective;
  assert.notEqual('bundle' in changed && changed.bundle, first.objective.bundle);
});

test('a bundle that leads out of its folder, or is cut, is refused', () => {
  const bytes = new TextEncoder().encode('x');
  for (const path of ['../x', '/x', 'a//b', 'a/../b', '.', 'a\\b'])
    assert.throws(() => decodeBundle(encodeBundle([{ path, isExecutable: false, bytes }])), {
      code: 'BLOB_CORRUPT',
    });
  const whole = encodeBundle([{ path: 'a/b', isExecutable: true, bytes }], { kept: 1 });
  const { files, meta } = decodeBundle(whole);
  assert.deepEqual(
    [files.map(({ path, isExecutable }) => [path, isExecutable]), meta],
    [[['a/b', true]], { kept: 1 }],
  );
  for (let size = 0; size < whole.length; size++)
    assert.throws(() => decodeBundle(whole.subarray(0, size)), { code: 'BLOB_CORRUPT' });
});
