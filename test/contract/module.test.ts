// Modules that do not behave, as a trial thread meets them: each fails with its class, its reason and the next step.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { SweepError } from '../../src/errors.js';
import type { ModuleConfig } from '../../src/study/trial/trial.js';
import { shareMachine } from '../../worker/runners/program-settings.js';
import { openTrialPool, TRIAL_TASK_FILE, type TrialOutcome } from '../../worker/thread/trial-pool.js';
import { moduleConfig, ODD_PARAMS } from '../support/fixtures/programs.js';

const cacheDirectory = mkdtempSync(join(tmpdir(), 'sweep-module-'));
const pool = openTrialPool({
  threads: 1,
  taskFile: TRIAL_TASK_FILE,
  settings: { engine: 'wasm', cacheDirectory, programs: shareMachine(process.env, 1) },
});
after(async () => {
  await pool.close();
  rmSync(cacheDirectory, { recursive: true, force: true });
});

const objective = { metric: 'loss', direction: 'minimize', epoch: 'last' } as const;
const traced: string[] = [];

function run(config: ModuleConfig, timeLimitMs = 20_000): Promise<TrialOutcome> {
  traced.length = 0;
  return pool.run({
    config,
    objective,
    checkpoint: null,
    timeLimitMs,
    onReport: () => {},
    onCheckpoint: () => {},
    onTrace: (heading, text) => traced.push(`${heading} ${text}`),
  }).outcome;
}

async function failureOf(text: string, timeLimitMs?: number): Promise<SweepError> {
  const outcome = await run(moduleConfig(cacheDirectory, text), timeLimitMs);
  assert.ok(outcome.type === 'failed', JSON.stringify(outcome));
  return outcome.error;
}

describe('a module', () => {
  for (const [body, code, message] of [
    ["throw 'plain text'", 'TRIAL_EXIT', /threw: plain text$/],
    ['throw { code: 7 }', 'TRIAL_EXIT', /threw: \{ code: 7 \}$/],
    ["throw new Proxy({}, { get() { throw new Error('trap'); } })", 'TRIAL_EXIT', /threw: \{\}$/],
    ["throw new Error('x'.repeat(5e6))", 'TRIAL_EXIT', /^.{900,1100}$/],
    ["return '0.5'", 'TRIAL_BAD_INPUT', /not a string$/],
    ['return 5n', 'TRIAL_BAD_INPUT', /not a bigint$/],
    ['return null', 'TRIAL_BAD_INPUT', /not null$/],
    ['return [1]', 'TRIAL_BAD_INPUT', /not an array$/],
    ['return { loss: { a: 1 } }', 'TRIAL_BAD_INPUT', /its "loss" is an object, not a number/],
    ['return { loss: 5n }', 'TRIAL_BAD_INPUT', /its "loss" is a bigint, not a number/],
    ['return { loss: null }', 'TRIAL_DIVERGED', /loss is NaN/],
    ['process.exit(3)', 'TRIAL_CRASHED', /exited with code: 3/],
    ['process.kill(process.pid)', 'TRIAL_CRASHED', /exited with code: 137/],
    ["process.kill(0, 'SIGTERM')", 'TRIAL_CRASHED', /exited with code: 137/],
  ] as const)
    it(`${body}: ${code}`, async () => {
      const error = await failureOf(`export default () => { ${body}; };`);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
    });

  it('kills its process by a name that it imported: its own thread ends, and may ask who lives', async () => {
    const text = (signal: string) =>
      `import { kill, pid } from 'node:process'; export default () => { kill(pid, ${signal}); return 1; };`;
    const error = await failureOf(text("'SIGKILL'"));
    assert.equal(error.code, 'TRIAL_CRASHED');
    assert.match(error.hint ?? '', /does not end its process/);
    assert.equal((await run(moduleConfig(cacheDirectory, text('0')))).type, 'finished');
  });

  it('gets its parameters as they are', async () => {
    const text = `import { writeFileSync } from 'node:fs';
      export default (params) => { writeFileSync(params.file, JSON.stringify(params)); return 1; };`;
    const params = { ...ODD_PARAMS, file: join(cacheDirectory, 'params.json') };
    assert.equal((await run(moduleConfig(cacheDirectory, text, params))).type, 'finished');
    assert.deepEqual(JSON.parse(readFileSync(params.file, 'utf8')), JSON.parse(JSON.stringify(params)));
  });

  it('blocks its thread: it is ended at its limit', async () => {
    assert.equal((await failureOf('export default () => { for (;;); };', 300)).code, 'TRIAL_TIME_LIMIT');
  });

  it('gives what is no number beside its value, or a number as text: numbers count', async () => {
    const text = 'export default () => ({ loss: "0.5", deep: { a: 1 }, text: "x", "a b": 2 });';
    const outcome = await run(moduleConfig(cacheDirectory, text));
    assert.ok(outcome.type === 'finished', JSON.stringify(outcome));
    assert.deepEqual(outcome.result.metrics, { loss: 0.5 });
  });

  it('is traced where someone looks at it alone', async () => {
    const text = 'export default (p, { report }) => { report({ loss: 1, other: NaN }); return 0.5; };';
    await run(moduleConfig(cacheDirectory, text));
    assert.deepEqual(traced, ['metrics { loss: 1, other: NaN }', 'returned 0.5']);
  });
});

describe('a module that cannot be imported', () => {
  for (const [text, message, hint] of [
    ["import 'left-pad'; export default () => 1;", /Cannot find package 'left-pad'/, /objective\.files/],
    ["import './gone.mjs'; export default () => 1;", /Cannot find module 'gone\.mjs'/, /objective\.files/],
    ['export default 5;', /"default" of \S+ is no function/, /export default async/],
    ['export const other = () => 1;', /has no function "default"; it exports other/, /export default async/],
  ] as const)
    it(text, async () => {
      const error = await failureOf(text);
      assert.equal(error.code, 'TRIAL_BAD_INPUT');
      assert.match(error.message, message);
      assert.ok(!error.message.includes(cacheDirectory), error.message);
      assert.match(error.hint ?? '', hint);
    });

  const typescript = 'export default (p: { x: number }): number => 1;';
  const readsTypeScript = Boolean((process.features as { typescript?: unknown }).typescript);

  it('is TypeScript, which this Node does not read', {
    skip: readsTypeScript && 'this Node reads it',
  }, async () => {
    const outcome = await run(moduleConfig(cacheDirectory, typescript, {}, { module: 'objective.ts' }));
    assert.ok(outcome.type === 'failed');
    assert.match(outcome.error.message, /^objective\.ts is TypeScript, which Node v\S+ does not read$/);
    assert.match(outcome.error.hint ?? '', /Node 22\.18 or later.*compile it/);
  });

  it('is TypeScript, which this Node reads', {
    skip: !readsTypeScript && 'this Node reads none',
  }, async () => {
    const outcome = await run(moduleConfig(cacheDirectory, typescript, {}, { module: 'objective.ts' }));
    assert.equal(outcome.type, 'finished');
  });
});
