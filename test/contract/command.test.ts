// Programs that do not behave, as a trial's runner meets them: each ends the trial as it should, and nothing of it is left.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DivergedTrial } from '../../src/engine/training/diverged-trial.js';
import type { StopRequest } from '../../src/engine/training/trial-training.js';
import { encodeBundle } from '../../src/program/bundle.js';
import type { CommandConfig, EpochReport } from '../../src/study/trial/trial.js';
import { unpackProgram } from '../../worker/node/program-cache.js';
import { shareMachine } from '../../worker/runners/program-settings.js';
import { OpenRunners } from '../../worker/runners/registry.js';
import type { RunOutcome } from '../../worker/runners/runner.js';
import { asTrialError } from '../../worker/thread/trial-error.js';
import { commandConfig, ODD_PARAMS } from '../support/fixtures/programs.js';
import { waitUntil } from '../support/processes/wait-until.js';

const cacheDirectory = mkdtempSync(join(tmpdir(), 'sweep-command-'));
after(() => rmSync(cacheDirectory, { recursive: true, force: true }));
const programs = shareMachine({ ...process.env, SWEEP_NATS_TOKEN: 'secret', NATS_PASSWORD: 'secret' }, 1, [
  '7',
]);
const runners = new OpenRunners({ engine: 'wasm', cacheDirectory, programs });
const objective = { metric: 'loss', direction: 'minimize', epoch: 'best' } as const;
const isLinux = process.platform === 'linux';
const DIGEST = 'd'.repeat(64);

interface Ran {
  readonly outcome: RunOutcome | null;
  readonly error: ReturnType<typeof asTrialError> | null;
  readonly reports: readonly EpochReport[];
  readonly traced: ReadonlyMap<string, string>;
  readonly durationMs: number;
}

interface RunOptions {
  readonly timeLimitMs?: number;
  stopRequest?(reports: number): StopRequest;
}

async function run(config: CommandConfig, options: RunOptions = {}): Promise<Ran> {
  const reports: EpochReport[] = [];
  const traced = new Map<string, string>();
  const startedMs = performance.now();
  const place = { trial: 'hostile', attempt: 2, slot: 0 };
  const trial = { config, objective, place, timeLimitMs: options.timeLimitMs ?? 30_000 };
  const ended = await runners
    .for(config)
    .run(trial, null, {
      onReport: (report) => reports.push(report),
      onCheckpoint: () => {},
      stopRequest: () => options.stopRequest?.(reports.length) ?? 'none',
      onProgress: () => {},
      onWarning: () => {},
      onTrace: (heading, text) => traced.set(heading, text),
    })
    .then(
      (outcome) => ({ outcome, error: null }),
      (thrown: unknown) => ({ outcome: null, error: asTrialError(thrown) }),
    );
  return { ...ended, reports, traced, durationMs: performance.now() - startedMs };
}

const lossOf = ({ outcome, error }: Ran): number => {
  assert.ok(outcome?.type === 'finished', error?.message ?? outcome?.type);
  return outcome.result.objective;
};
const SAY = `const { writeSync } = require('node:fs'); const say = (line) => writeSync(3, line + '\\n');`;

/** Processes that have the text on their command line. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

describe('a command that does not behave', () => {
  it('ignores SIGTERM: it is killed after the grace time', async () => {
    const script = `${SAY} process.on('SIGTERM', () => {}); say('{"loss": 4}'); setInterval(() => {}, 1e6)`;
    const ran = await run(commandConfig(script, {}, { graceMs: 200 }), {
      stopRequest: (reports) => (reports > 0 ? 'prune' : 'none'),
    });
    assert.equal(lossOf(ran), 4);
    assert.ok(ran.outcome?.type === 'finished' && ran.outcome.result.state === 'PRUNED');
    assert.ok(ran.durationMs >= 200, `${ran.durationMs} ms`);
  });

  it('is asked by a file, too', async () => {
    const script = `${SAY} process.on('SIGTERM', () => {}); say('{"loss": 4}');
      setInterval(() => { if (require('node:fs').existsSync(process.env.SWEEP_DIR + '/stop')) process.exit(0); }, 5)`;
    const ran = await run(commandConfig(script, {}, { graceMs: 20_000 }), {
      stopRequest: (reports) => (reports > 0 ? 'prune' : 'none'),
    });
    assert.equal(lossOf(ran), 4);
    assert.ok(ran.durationMs < 15_000, `${ran.durationMs} ms`);
  });

  for (const [name, detached] of [
    ['forks, and its child holds the pipes open', false],
    ['forks into a session of its own', true],
  ] as const)
    it(`${name}: the end of the program is the end of all`, { skip: !isLinux }, async () => {
      const sign = `sign-${detached}-${process.pid}`;
      const script = `${SAY}
        const child = require('node:child_process').spawn(process.execPath,
          ['-e', 'setInterval(() => {}, 1e6)', '${sign}'], { detached: ${detached}, stdio: ['ignore', 1, 2, 3] });
        child.unref(); say('{"loss": 2}'); process.exit(0)`;
      const ran = await run(commandConfig(script));
      assert.equal(lossOf(ran), 2);
      assert.deepEqual(processesWith(sign), []);
    });

  it('floods its output: the last lines are kept, the metrics are read', async () => {
    const script = `${SAY}
      const line = 'x'.repeat(1000) + '\\n';
      for (let n = 0; n < 20_000; n++) writeSync(1, line);
      writeSync(1, 'y'.repeat(3_000_000) + '\\n'); writeSync(2, 'the end\\n'); say('{"loss": 3}')`;
    const ran = await run(commandConfig(script));
    assert.equal(lossOf(ran), 3);
    const output = ran.traced.get('output') ?? '';
    assert.ok(output.length <= 4_000, `${output.length} characters`);
    assert.match(output, /the end/);
  });

  it('prints garbage on its metrics channel: what is no line of metrics is output', async () => {
    const script = `${SAY} writeSync(3, Buffer.from([0, 255, 254, 10])); say('[1]'); say('null'); say('{"loss": "high"}');
      say('{"__proto__": 1, "loss": 5, "note": "x"}'); say('{"loss": 1')`;
    const ran = await run(commandConfig(script));
    assert.equal(lossOf(ran), 5);
    assert.deepEqual(
      ran.reports.map(({ metrics }) => metrics),
      [{ loss: 5 }],
    );
  });

  it('ends in the middle of a line: the line counts if it ended by itself', async () => {
    const whole = await run(commandConfig(`${SAY} say('{"loss": 5}'); writeSync(3, '{"loss": 4}')`));
    assert.equal(lossOf(whole), 4);
    const cut = commandConfig(
      `${SAY} say('{"loss": 5}'); writeSync(1, 'loss=0.1'); process.kill(process.pid, 'SIGKILL')`,
      {},
      {
        pattern: 'loss=(?<loss>[0-9.]+)',
      },
    );
    const ran = await run(cut);
    assert.equal(ran.error?.code, 'TRIAL_CRASHED');
    assert.deepEqual(
      ran.reports.map(({ metrics }) => metrics.loss),
      [5],
    );
  });

  it('fills the disk: it is ended, and what it wrote is gone', async () => {
    const script = `const { appendFileSync } = require('node:fs');
      const block = Buffer.alloc(1 << 20, 1); setInterval(() => appendFileSync('big', block), 5)`;
    const ran = await run(commandConfig(script, {}, { diskBytes: 8 * 2 ** 20 }));
    assert.equal(ran.error?.code, 'TRIAL_OUT_OF_DISK');
    assert.match(ran.error.message, /MiB of disk, and may have 8/);
    assert.deepEqual(readdirSync(join(cacheDirectory, 'trials')), []);
  });

  it('takes more memory than it may have', { skip: !isLinux }, async () => {
    const script = `const held = []; setInterval(() => held.push(Buffer.alloc(16 << 20, 1)), 5)`;
    const ran = await run(commandConfig(script, {}, { memoryBytes: 300 * 2 ** 20 }));
    assert.equal(ran.error?.code, 'TRIAL_OUT_OF_MEMORY');
  });

  it('runs longer than its limit: it is asked to end, then killed', async () => {
    const ran = await run(commandConfig(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)`), {
      timeLimitMs: 300,
    });
    assert.equal(ran.error?.code, 'TRIAL_TIME_LIMIT');
  });

  it('reports a NaN: it has failed as diverged, with what it had before', async () => {
    const ran = await run(
      commandConfig(`${SAY} say('{"epoch": 1, "loss": 2}'); say('{"epoch": 2, "loss": NaN}')`),
    );
    assert.equal(ran.error?.code, 'TRIAL_DIVERGED');
    assert.ok(ran.error instanceof DivergedTrial);
    assert.equal(ran.error.reached.result.objective, 2);
  });
});

describe('how a command ends', () => {
  const CODES = [
    ['process.exit(75)', 'TRIAL_CRASHED', true],
    ['process.exit(78)', 'TRIAL_INFEASIBLE', false],
    ["console.error('no such layer'); process.exit(3)", 'TRIAL_EXIT', false],
    ["process.kill(process.pid, 'SIGSEGV')", 'TRIAL_CRASHED', true],
  ] as const;
  for (const [script, code, isRetried] of CODES)
    it(`${script}: ${code}`, async () => {
      const { error } = await run(commandConfig(script));
      assert.deepEqual([error?.code, error?.retryable], [code, isRetried]);
    });

  it('its last lines are in the error', async () => {
    const { error } = await run(commandConfig("console.error('no such layer'); process.exit(3)"));
    assert.equal(error?.toWire().output, 'no such layer');
  });

  it('a program that is not there says what to do', async () => {
    const { error } = await run({ ...commandConfig(''), argv: ['no-such-program-here'] });
    assert.match(error?.message ?? '', /no-such-program-here cannot be run here/);
    assert.match(error?.hint ?? '', /install it on this worker/);
    const oneWord = await run({ ...commandConfig(''), argv: ['no-such-program-here --lr 1'] });
    assert.match(
      oneWord.error?.hint ?? '',
      /one word is one argument: \["no-such-program-here","--lr","1"\]/,
    );
    const inPath = await run({ ...commandConfig(''), argv: ['/no such folder/run'] });
    assert.match(inPath.error?.hint ?? '', /^install it on this worker/);
  });

  for (const [what, text, mode, hint] of [
    ['not marked as a program', '#!/bin/sh\n', 0o644, /chmod \+x/],
    ['with the line ends of Windows', '#!/bin/sh\r\n', 0o755, /Windows/],
    [
      'of an interpreter that is not there',
      '#!/no/such/interpreter\n',
      0o755,
      /interpreter that is not here/,
    ],
  ] as const)
    it(`a script ${what} says what to do`, async () => {
      const path = join(cacheDirectory, 'script.sh');
      writeFileSync(path, text);
      chmodSync(path, mode);
      const { error } = await run({ ...commandConfig(''), argv: [path] });
      assert.match(error?.hint ?? '', hint);
    });

  it('halts itself: asked to end, it goes on and hears of it', { skip: !isLinux }, async () => {
    const script = `${SAY} process.on('SIGTERM', () => process.exit(0)); say('{"loss": 1}'); process.kill(process.pid, 'SIGSTOP');
      setInterval(() => {}, 1000)`;
    let haltedMs = Number.POSITIVE_INFINITY;
    const ran = await run(commandConfig(script, {}, { graceMs: 20_000 }), {
      // Only when it has halted: the report comes just before.
      stopRequest(reports) {
        if (reports > 0) haltedMs = Math.min(haltedMs, performance.now());
        return performance.now() - haltedMs > 500 ? 'prune' : 'none';
      },
    });
    assert.equal(lossOf(ran), 1);
    assert.ok(ran.durationMs < 10_000, String(ran.durationMs));
  });
});

describe('how metrics come', () => {
  it('by marked lines of standard output, beside lines of its own', async () => {
    const script = `console.log('epoch one'); console.log('::sweep {"loss": 1.5, "accuracy": 0.5}')`;
    const ran = await run(commandConfig(script));
    assert.deepEqual(ran.reports[0]?.metrics, { loss: 1.5, accuracy: 0.5 });
    assert.equal(ran.traced.get('output'), 'epoch one');
  });

  for (const [what, line] of [
    ['behind a progress bar', '10%\\r50%\\r::sweep {"loss": 2}'],
    ['at the end of a line', 'step 5 ::sweep {"loss": 2}'],
    ['in colour', '\\u001b[32m::sweep {"loss": 2}\\u001b[0m'],
    ['without a space', '::sweep{"loss": 2}\\r'],
  ])
    it(`by a mark ${what}`, async () => {
      assert.equal(lossOf(await run(commandConfig(`console.log('${line}')`))), 2);
    });

  it('the objective is among them however many there are', async () => {
    const script = `${SAY} say(JSON.stringify({ ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => ['m' + i, i])), loss: 1 }))`;
    const ran = await run(commandConfig(script));
    assert.equal(lossOf(ran), 1);
    assert.equal(Object.keys(ran.reports[0]?.metrics ?? {}).length, 64);
  });

  it('by a pattern, for a program that nobody may touch', async () => {
    const script = `console.log('[1] loss=3.5e-1 acc=50%'); console.error('[2] loss=0.25')`;
    const ran = await run(commandConfig(script, {}, { pattern: '\\[(?<epoch>\\d+)\\] loss=(?<loss>\\S+)' }));
    assert.deepEqual(
      ran.reports.map(({ epoch, metrics }) => [epoch, metrics]),
      [
        [1, { loss: 0.35 }],
        [2, { loss: 0.25 }],
      ],
    );
  });

  it('by a file of JSON lines', async () => {
    const script = `require('node:fs').writeFileSync('m.jsonl', '{"loss": 2}\\n{"loss": 1}')`;
    assert.equal(lossOf(await run(commandConfig(script, {}, { metricsFile: 'm.jsonl' }))), 1);
  });

  it('by a file that is made anew, and never by a pipe or a folder', async () => {
    const files = { metricsFile: 'm.jsonl' };
    const anew = `const fs = require('node:fs'); fs.writeFileSync('m.jsonl', '{"loss": 3}\\n');
      setTimeout(() => { fs.renameSync('m.jsonl', 'old'); fs.writeFileSync('m.jsonl', '{"loss": 2}\\n'); }, 600);`;
    assert.deepEqual(
      (await run(commandConfig(anew, {}, files))).reports.map(({ metrics }) => metrics),
      [{ loss: 3 }, { loss: 2 }],
    );
    for (const made of ["execFileSync('mkfifo', ['m.jsonl'])", "execFileSync('mkdir', ['m.jsonl'])"])
      assert.equal(
        lossOf(
          await run(
            commandConfig(`${SAY} require('node:child_process').${made}; say('{"loss": 1}')`, {}, files),
          ),
        ),
        1,
      );
  });

  it('by no file that leads in a circle, is missing or holds no text; what it is linked to counts', async () => {
    const files = { metricsFile: 'm.jsonl' };
    for (const [made, loss] of [
      ["fs.symlinkSync('m.jsonl', 'other'); fs.symlinkSync('other', 'm.jsonl')", 1],
      ["fs.symlinkSync('gone', 'm.jsonl')", 1],
      ["fs.symlinkSync('/dev/zero', 'm.jsonl')", 1],
      ["fs.writeFileSync('m.jsonl', Buffer.alloc(100_000))", 1],
      [
        "fs.mkdirSync('deep'); fs.writeFileSync('deep/m', '{\"loss\": 0.5}\\n'); fs.symlinkSync('deep/m', 'm.jsonl')",
        0.5,
      ],
    ] as const) {
      const script = `${SAY} const fs = require('node:fs'); ${made}; say('{"loss": 1}')`;
      assert.equal(lossOf(await run(commandConfig(script, {}, files))), loss, made);
    }
  });

  it('a pattern that backtracks without end fails the trial, and names the line', async () => {
    const line = `${'a'.repeat(60)}!`;
    const script = `console.log('loss=0.5'); console.log('${line}'); console.log('${line}'); setTimeout(() => {}, 60_000)`;
    const pattern = '^(?:loss=(?<loss>.*)|(a+)+)$';
    const { error, reports, durationMs } = await run(commandConfig(script, {}, { pattern }));
    assert.equal(error?.code, 'TRIAL_BAD_INPUT');
    assert.match(error?.message ?? '', /objective\.pattern takes longer than 1 s .* at the line "aaa/);
    assert.match(error?.hint ?? '', /backtracks/);
    assert.ok(reports.length <= 1);
    assert.ok(durationMs < 10_000, `${durationMs} ms`);
  });

  it('a pattern that takes too long after an order to stop leaves the trial its end', async () => {
    const last = `console.log('${'a'.repeat(60)}!'); process.exit(0)`;
    const script = `process.on('SIGTERM', () => { ${last} }); console.log('loss=0.5'); setTimeout(() => {}, 60_000)`;
    const ran = await run(commandConfig(script, {}, { pattern: '^(?:loss=(?<loss>.*)|(a+)+)$' }), {
      stopRequest: (reports) => (reports > 0 ? 'prune' : 'none'),
    });
    assert.equal(lossOf(ran), 0.5);
    assert.equal(ran.outcome?.type === 'finished' && ran.outcome.result.state, 'PRUNED');
  });

  it('epochs from 0 are told of from 1, a skipped one without values, an old one not again', async () => {
    const lines = [0, 1, 3, 2, 4]
      .map((epoch) => `say('{"epoch": ${epoch}, "loss": ${9 - epoch}}');`)
      .join('');
    const ran = await run(commandConfig(`${SAY} ${lines}`));
    assert.deepEqual(
      ran.reports.map(({ epoch, metrics }) => [epoch, metrics.loss]),
      [
        [1, 9],
        [2, 8],
        [3, undefined],
        [4, 6],
        [5, 5],
      ],
    );
  });
});

describe('what a command is handed', () => {
  it('is its parameters as they are: in its words, its environment and its file', async () => {
    const names = Object.keys(ODD_PARAMS).filter((name) => ODD_PARAMS[name] !== null);
    const script = `${SAY} const { readFileSync, writeFileSync } = require('node:fs');
      writeFileSync(process.env.TOLD, JSON.stringify({
        words: process.argv.slice(1),
        environment: process.env.SWEEP_PARAMS,
        file: readFileSync(process.env.SWEEP_PARAMS_FILE, 'utf8'),
        given: process.env.LINES,
      })); say('{"loss": 1}')`;
    const told = join(cacheDirectory, 'told.json');
    const config = commandConfig(script, ODD_PARAMS, { environment: { TOLD: told, LINES: '${lines}' } });
    const words = names.map((name) => `\${${name}}`);
    assert.equal(
      lossOf(await run({ ...config, argv: [...config.argv, '--', ...words, '${nothing}', '${args}'] })),
      1,
    );
    const heard = JSON.parse(readFileSync(told, 'utf8'));
    assert.deepEqual(
      heard.words,
      names.map((name) => String(ODD_PARAMS[name])),
    );
    for (const text of [heard.environment, heard.file])
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(ODD_PARAMS)));
    assert.equal(heard.given, ODD_PARAMS.lines);
  });

  it('is no word with a zero byte, which no process can be given', async () => {
    const { error } = await run(commandConfig('', { text: 'a\0b' }, { argv: ['node', '${text}'] }));
    assert.equal(error?.code, 'TRIAL_BAD_INPUT');
    assert.match(error?.message ?? '', /zero byte/);
  });

  const PARAMS = { lr: 0.1, deep: true, wide: false, note: null, units: 8 };
  /** The words after `--`, as the program gets them. */
  const wordsOf = async (
    words: readonly string[],
    booleans: CommandConfig['booleans'],
  ): Promise<string[]> => {
    const config = commandConfig(`console.log(JSON.stringify(process.argv.slice(1)), '::'); ${DONE}`, PARAMS);
    const ran = await run({ ...config, booleans, argv: [...config.argv, '--', ...words] });
    assert.equal(lossOf(ran), 1);
    return JSON.parse(ran.traced.get('output')?.split(' ::')[0] ?? 'null');
  };
  const DONE = `console.log('::sweep {"loss": 1}')`;

  it('values in the place of their names, and never a shell', async () => {
    assert.deepEqual(
      await wordsOf(['${lr}', 'u=${units}', '$${lr}', '$(id); `id`', '--note=${note}'], 'value'),
      ['0.1', 'u=8', '${lr}', '$(id); `id`'],
    );
  });

  it('a parameter named args as one of them all, and in the place of its name', async () => {
    const config = commandConfig(`console.log(JSON.stringify(process.argv.slice(1))); ${DONE}`, { args: 7 });
    for (const [word, handed] of [
      ['${args}', '--args=7'],
      ['a=${args}', 'a=7'],
    ] as const) {
      const ran = await run({ ...config, argv: [...config.argv, '--', word] });
      assert.equal(ran.traced.get('output'), JSON.stringify([handed]));
    }
  });

  it('all parameters that no other word names, each as an argument', async () => {
    const written = { value: ['--deep=true', '--wide=false'], flag: ['--deep'], no: ['--deep', '--no-wide'] };
    for (const [booleans, expected] of Object.entries(written))
      assert.deepEqual(await wordsOf(['${lr}', '${args}'], booleans as CommandConfig['booleans']), [
        '0.1',
        ...expected,
        '--units=8',
      ]);
  });

  it('a file and an environment; the variables of the worker are not among them', async () => {
    const names =
      'PLACE,SWEEP_ATTEMPT,SWEEP_EPOCHS,SWEEP_SEED,SWEEP_TRIAL_ID,SWEEP_NATS_TOKEN,NATS_PASSWORD,CUDA_VISIBLE_DEVICES';
    const script = `const { env } = process;
      console.log(JSON.stringify('${names}'.split(',').map((name) => env[name] ?? null)));
      console.log(Number(env.OMP_NUM_THREADS) >= 1, require('node:fs').readFileSync(process.argv[1], 'utf8') === env.SWEEP_PARAMS + '\\n');
      ${DONE}`;
    const config = commandConfig(script, PARAMS, { epochs: 9, environment: { PLACE: 'at ${units}' } });
    const ran = await run({ ...config, argv: [...config.argv, '${params.json}'] });
    assert.deepEqual(ran.traced.get('output')?.split('\n'), [
      '["at 8","2","9","1","hostile",null,null,"7"]',
      'true true',
    ]);
  });
});

it('the folders of its files are its own: what it writes there no other trial finds', async () => {
  const file = (path: string, text: string) => ({ path, isExecutable: false, bytes: Buffer.from(text) });
  unpackProgram(cacheDirectory, DIGEST, encodeBundle([file('lib/value', '1'), file('lib/deep/one', '')]));
  const script = `${SAY} const fs = require('node:fs');
    say(JSON.stringify({ loss: Number(fs.readFileSync('lib/value')) + fs.readdirSync('lib/deep').length }));
    fs.writeFileSync('lib/deep/two', ''); fs.writeFileSync('lib/draft', '7'); fs.renameSync('lib/draft', 'lib/value');`;
  for (const attempt of [1, 2])
    assert.equal(lossOf(await run(commandConfig(script, {}, { files: DIGEST }))), 2, `trial ${attempt}`);
});

it('nothing is left of a trial whose worker is killed', { skip: !isLinux }, async () => {
  const sign = `orphan-${process.pid}`;
  const host = fileURLToPath(new URL('../support/processes/command-host.js', import.meta.url));
  const child = spawn(process.execPath, [host, cacheDirectory, sign], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((heard) => child.stdout.once('data', heard));
  assert.ok(processesWith(`${sign}-child`).length > 0, 'the program and its child are at work');
  child.kill('SIGKILL');
  await waitUntil('all processes are gone', () => processesWith(`${sign}-child`).length === 0);
  const trials = join(cacheDirectory, 'trials');
  await waitUntil('its folder is gone', () => readdirSync(trials).length === 0);
});
