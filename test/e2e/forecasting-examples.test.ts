// Every worked example of docs/forecasting.md as a whole study with a tiny budget: trained, ranked, tested; and what each is for
// stands in what it ends with. All in this process, one after the other.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { before, test } from 'node:test';
import { createContext } from '../../src/cli/context.js';
import { createProgram } from '../../src/cli/program.js';
import type { LeaderboardDocument } from '../../src/leaderboard/leaderboard-document.js';
import { parseSweepSpec } from '../../src/sweep-file/parse.js';
import { RIVALS } from '../../src/task/forecast/baselines/rivals.js';
import { REPOSITORY } from '../support/deploy/deploy-files.js';
import { temporaryDirectory } from '../support/processes/temporary-directory.js';

/** Thirteen weeks of the table, as a longer one costs time alone. */
const ROWS = 13 * 168;
const BUDGET = ['training.epochs=1', 'training.validationStride=8'];
const page = readFileSync(join(REPOSITORY, 'docs/forecasting.md'), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [Number.parseInt(section, 10), section] as const),
);
const whole = readFileSync(join(REPOSITORY, 'sweeps/data/load.csv'), 'utf8').trimEnd().split('\n');
const table = whole.slice(0, ROWS + 1);

let directory = '';
before((t) => {
  directory = temporaryDirectory(t as never);
  mkdirSync(join(directory, 'data'));
  writeFileSync(join(directory, 'data/load.csv'), `${table.join('\n')}\n`);
  writeFileSync(join(directory, 'topics.csv'), topicsCsv());
});

/** Texts of three topics that share half of their words. */
function topicsCsv(): string {
  const words = { sport: 'match goal team', money: 'bank price share', weather: 'rain storm wind' };
  const lines = Array.from({ length: 240 }, (_, line) => {
    const topic = (['sport', 'money', 'weather'] as const)[line % 3]!;
    return `the ${words[topic].split(' ')[(line * 7) % 3]} of day ${line % 5} was ${line % 2 ? 'good' : 'bad'},${topic}`;
  });
  return `text,topic\n${lines.join('\n')}\n`;
}

type Outcome = LeaderboardDocument & { readonly study: string; readonly state: string };

async function run(...args: readonly string[]): Promise<Record<string, unknown>> {
  const texts = { stdout: '', stderr: '' };
  const collect = (name: keyof typeof texts) =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[name] += String(chunk);
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const context = {
    ...createContext(),
    directory,
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    home: () => join(directory, 'home'),
    cacheDirectory: join(directory, 'cache'),
    viewTerminal: null,
  };
  let code = 0;
  const program = createProgram(context, { json: true, finish: (exitCode) => (code = exitCode) });
  await program.parseAsync(['node', 'sweep', ...args, '--json']);
  assert.equal(code, 0, `${args.join(' ')}: ${texts.stderr}`);
  return JSON.parse(texts.stdout) as Record<string, unknown>;
}

function exampleOf(number: number): Record<string, unknown> {
  const [, text] = /```json\n([\s\S]*?)```/.exec(sections.get(number) ?? '') ?? [];
  return JSON.parse(text ?? '') as Record<string, unknown>;
}

async function study(document: Record<string, unknown>, ...more: readonly string[]): Promise<Outcome> {
  const file = join(directory, `${String(document.name)}.json`);
  writeFileSync(file, JSON.stringify(document));
  const settings = BUDGET.flatMap((one) => ['--set', one]);
  const outcome = (await run('start', file, '-w', '1', ...settings, ...more)) as unknown as Outcome;
  assert.equal(outcome.state, 'complete');
  assert.ok(outcome.leaderboard.every((row) => Number.isFinite(row.objective)));
  assert.ok(outcome.test?.length === 1, 'the winner is tested');
  return outcome;
}

type Row = Record<string, unknown> & { readonly params: Readonly<Record<string, unknown>> };
const rowsOf = ({ leaderboard }: Outcome) => leaderboard as unknown as readonly Row[];
const testOf = ({ test: [winner] = [] }: Outcome) => winner as unknown as Record<string, unknown>;
const sorted = (values: readonly unknown[]) => [...new Set(values)].sort();

/** What each example is for, in what its study ends with. */
const SHOWN: Readonly<Record<number, (outcome: Outcome, document: Record<string, unknown>) => void>> = {
  1(outcome) {
    assert.equal(outcome.unit, 'MW');
    const learnt = sorted(rowsOf(outcome).map(({ params }) => params.as));
    assert.deepEqual(learnt, ['difference', 'level', 'seasonal-difference']);
    const errors = rowsOf(outcome).map(({ validationMaeUnits }) => validationMaeUnits as number);
    assert.ok(
      errors.every((error) => error > 1 && error < 400),
      `in MW, whatever is learnt: ${errors}`,
    );
  },
  2(outcome) {
    const steps = testOf(outcome).bySteps as readonly { horizonRows: number }[];
    assert.deepEqual(
      steps.map(({ horizonRows }) => horizonRows),
      Array.from({ length: 24 }, (_, at) => at + 1),
    );
  },
  3(_, document) {
    const [, ...names] = table[0]!.split(',');
    const { known } = document.dataset as { known: string[] };
    assert.ok(known.every((name) => names.includes(name)));
  },
  4(outcome) {
    assert.ok(
      rowsOf(outcome).every(({ coverage, pinball }) => coverage !== undefined && pinball !== undefined),
    );
    assert.equal((testOf(outcome).band as { nominal: number }).nominal, 0.8);
  },
  5(outcome) {
    const all = testOf(outcome).baselines as readonly { name: string; testMase: number; testSmape: number }[];
    assert.deepEqual(sorted(all.map(({ name }) => name)), sorted(RIVALS));
    assert.ok(all.every(({ testMase, testSmape }) => testMase > 0 && testSmape > 0));
  },
  6(outcome, { variants }) {
    const names = rowsOf(outcome).map(({ params }) => params.variant);
    assert.deepEqual(sorted(names), sorted(Object.keys(variants as object)));
  },
  7(outcome) {
    const { confusion, topK } = testOf(outcome).classes as { confusion: number[][]; topK: number[] };
    assert.deepEqual([confusion.length, topK.length], [3, 3]);
    assert.ok(rowsOf(outcome).every(({ validationMacroF1 }) => validationMacroF1 !== undefined));
  },
  8(outcome) {
    for (const { seeds, objectiveInterval } of outcome.leaderboard) {
      assert.equal(seeds.length, 4);
      assert.ok(objectiveInterval !== null, 'an interval over the blocks');
    }
  },
};

for (const [number, section] of sections)
  test(section.split('\n')[0]!, async () => {
    const check = SHOWN[number];
    if (check === undefined) return runReadyFile(section);
    const document = exampleOf(number);
    check(await study(document), document);
  });

test('the plain splits of the page are right', async () => {
  const splits = [...(sections.get(8) ?? '').matchAll(/`(\{"(?:train|validation)".*?\})`/g)];
  assert.equal(splits.length, 2);
  for (const [, split] of splits) {
    const { dataset, scheduler: _, ...rest } = exampleOf(8) as { dataset: object; scheduler: unknown };
    const file = join(directory, 'plain.json');
    writeFileSync(file, JSON.stringify({ ...rest, dataset: { ...dataset, split: JSON.parse(split!) } }));
    assert.ok(parseSweepSpec(readFileSync(file, 'utf8'), file).dataset !== null);
  }
});

/** The command of the last section, on a table of that form. */
async function runReadyFile(section: string): Promise<void> {
  const [, command] = /```sh\nsweep start (.*)\n```/.exec(section) ?? [];
  const [file = '', , , ...more] = command!.split(' ');
  const named = [...section.matchAll(/^\| `(.*?)` \|/gm)].map(([, name]) => name!);
  assert.ok(named.includes(file));
  for (const name of named) assert.ok(existsSync(join(REPOSITORY, name)), name);
  const data = join(directory, 'electricity.csv');
  writeFileSync(data, `${['date,OT,temperature', ...whole.slice(1)].join('\n')}\n`);
  const document = JSON.parse(readFileSync(join(REPOSITORY, file), 'utf8')) as Record<string, unknown>;
  assert.deepEqual(more, ['--max-trials', '8']);
  const outcome = await study(
    document,
    '--data',
    data,
    '--max-trials',
    '2',
    '--set',
    'training.stepsPerEpoch=4',
  );
  assert.equal(outcome.leaderboard.length, 2);
}
