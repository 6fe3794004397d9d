// Programs and modules whose scheduler lets them wait: those that heed their budget and those that do not, with a checkpoint and
// without one, that count their epochs and that take the budget in one piece. Each is given 1, 3 and then all 6 epochs.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { TrialConfig } from '../../src/study/trial/trial.js';
import { shareMachine } from '../../worker/runners/program-settings.js';
import { OpenRunners } from '../../worker/runners/registry.js';
import { commandConfig, moduleConfig } from '../support/fixtures/programs.js';

const cacheDirectory = mkdtempSync(join(tmpdir(), 'sweep-budget-'));
after(() => rmSync(cacheDirectory, { recursive: true, force: true }));
const runners = new OpenRunners({
  engine: 'wasm',
  cacheDirectory,
  programs: shareMachine(process.env, 1),
});
const EPOCHS = 6;

interface Played {
  /** Of each of the three attempts: how it ended, and after which epoch. */
  readonly ends: readonly string[];
  /** Epoch and loss, undefined where nothing was said of it. */
  readonly reports: readonly (readonly [number, number | undefined])[];
  readonly objective: number;
  readonly warnings: readonly string[];
}

async function play(config: TrialConfig): Promise<Played> {
  const ends: string[] = [];
  const reports: (readonly [number, number | undefined])[] = [];
  const warnings: string[] = [];
  let state: Uint8Array | null = null;
  let objective = Number.NaN;
  for (const until of [1, 3, undefined]) {
    const trial = {
      config,
      objective: { metric: 'loss', direction: 'minimize', epoch: 'last' },
      place: { trial: 'budget', attempt: 1, slot: 0 },
      timeLimitMs: null,
      ...(until === undefined ? {} : { until }),
    } as const;
    const outcome = await runners.for(config).run(trial, state, {
      onReport: ({ epoch, metrics }) => reports.push([epoch, metrics.loss]),
      onCheckpoint: () => {},
      stopRequest: () => 'none',
      onProgress: () => {},
      onWarning: (text) => warnings.push(text),
    });
    assert.ok(outcome.type !== 'interrupted');
    ends.push(`${outcome.type} ${outcome.result.epochs}`);
    objective = outcome.result.objective;
    state = outcome.state ?? null;
  }
  return { ends, reports, objective, warnings };
}

/** The loss of an epoch is 10 less its number: no matter how often it began anew, each epoch has one value. */
const ALL = [1, 2, 3, 4, 5, 6].map((epoch) => [epoch, 10 - epoch]);
const PAUSES = ['paused 1', 'paused 3', 'finished 6'];

/** Before a program that has reached its budget is at its next epoch, whose checkpoint it would keep, it is stopped. */
const ENOUGH_MS = 300;

const PROGRAM = (options: { heeds: boolean; keeps: boolean; says: boolean }): string => `
const { existsSync, readFileSync, writeFileSync, writeSync } = require('node:fs');
const kept = process.env.SWEEP_CHECKPOINT_DIR + '/epoch';
let epoch = ${options.keeps} && existsSync(kept) ? Number(readFileSync(kept, 'utf8')) : 0;
const budget = ${options.heeds} ? Number(process.env.SWEEP_EPOCHS) : ${EPOCHS};
(function step() {
  if (epoch >= budget) return;
  epoch += 1;
  if (${options.keeps}) writeFileSync(kept, String(epoch));
  writeSync(3, JSON.stringify(${options.says} ? { epoch, loss: 10 - epoch } : { loss: 10 - epoch }) + '\\n');
  setTimeout(step, ${options.heeds ? 0 : options.keeps ? ENOUGH_MS : 60});
})();
`;

const MODULE = (options: { heeds: boolean; keeps: boolean }): string => `
import { setTimeout } from 'node:timers/promises';
export default async ({}, { epoch, epochs, report, checkpoint }) => {
  for (let done = epoch; done < (${options.heeds} ? epochs : ${EPOCHS}); done++) {
    report({ loss: 9 - done });
    if (${options.keeps}) checkpoint.save({ done });
    await setTimeout(1);
  }
};
`;

describe('a command that is to wait', () => {
  const run = (script: string): Promise<Played> => play(commandConfig(script, {}, { epochs: EPOCHS }));

  for (const heeds of [true, false])
    for (const keeps of [true, false])
      for (const says of [true, false])
        it(`${heeds ? 'heeds' : 'ignores'} its budget, ${keeps ? 'keeps' : 'without'} a checkpoint, ${says ? 'says' : 'leaves out'} its epochs`, async () => {
          const { ends, reports, objective } = await run(PROGRAM({ heeds, keeps, says }));
          assert.deepEqual([ends, reports, objective], [PAUSES, ALL, 4]);
        });

  it('saves after its last report: what it goes on from is what it left', async () => {
    const { ends, reports } = await run(`
      const { existsSync, readFileSync, writeFileSync, writeSync } = require('node:fs');
      const kept = process.env.SWEEP_CHECKPOINT_DIR + '/epoch';
      let epoch = existsSync(kept) ? Number(readFileSync(kept, 'utf8')) : 0;
      while (epoch < Number(process.env.SWEEP_EPOCHS)) writeSync(3, JSON.stringify({ loss: 10 - ++epoch }) + '\\n');
      setTimeout(() => writeFileSync(kept, String(epoch)), 30);`);
    assert.deepEqual([ends, reports], [PAUSES, ALL]);
  });

  it('takes its budget in one piece: each value stands for the last epoch of its budget', async () => {
    const { ends, reports, objective } = await run(
      `require('node:fs').writeSync(3, JSON.stringify({ loss: 10 - process.env.SWEEP_EPOCHS }) + '\\n')`,
    );
    assert.deepEqual(ends, PAUSES);
    assert.deepEqual(
      reports.filter(([, loss]) => loss !== undefined),
      [
        [1, 9],
        [3, 7],
        [6, 4],
      ],
    );
    assert.deepEqual(
      reports.map(([epoch]) => epoch),
      [1, 2, 3, 4, 5, 6],
    );
    assert.equal(objective, 4);
  });

  it('leaves a checkpoint that is too large: it begins anew, and that is said', async () => {
    const script = PROGRAM({ heeds: true, keeps: true, says: false });
    const { ends, reports, warnings } = await play(
      commandConfig(script, {}, { epochs: EPOCHS, checkpointBytes: 0 }),
    );
    assert.deepEqual([ends, reports], [PAUSES, ALL]);
    assert.match(warnings[0] ?? '', /larger than objective\.checkpointMb/);
  });

  it('fails as ever where it ends in an error or without a value', async () => {
    await assert.rejects(run('process.exit(3)'), { code: 'TRIAL_EXIT' });
    await assert.rejects(run(''), { code: 'TRIAL_BAD_INPUT' });
  });
});

describe('a module that is to wait', () => {
  const run = (text: string): Promise<Played> =>
    play(moduleConfig(cacheDirectory, text, {}, { epochs: EPOCHS }));

  for (const heeds of [true, false])
    for (const keeps of [true, false])
      it(`${heeds ? 'heeds' : 'ignores'} its budget, ${keeps ? 'keeps' : 'without'} a checkpoint`, async () => {
        const { ends, reports, objective } = await run(MODULE({ heeds, keeps }));
        assert.deepEqual([ends, reports, objective], [PAUSES, ALL, 4]);
      });

  it('returns one value for its budget', async () => {
    const { ends, reports, objective } = await run(
      'export default ({}, { epochs }) => ({ loss: 10 - epochs });',
    );
    assert.deepEqual(ends, PAUSES);
    assert.deepEqual(reports.at(-1), [6, 4]);
    assert.deepEqual(reports[2], [3, 7]);
    assert.equal(objective, 4);
  });
});
