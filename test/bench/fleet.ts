// `npm run bench -- fleet [--workers 10,100] [--points N] [--seconds N] [--json]`: what a server, a coordinator and the
// commands cost as a fleet grows. One process plays all workers (fleet-workers.ts); each size starts from nothing.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type FleetOptions, type FleetResult, type Load, measureFleet } from './fleet-size.js';

const SIZES = [10, 100, 1_000, 5_000];
const POINTS = 100_000;
const SECONDS = 20;
/** Open files that a process needs besides its connections. */
const OTHER_FILES = 200;

/** The exit code. */
export async function benchFleet(args: readonly string[], machine: string): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) {
    process.stderr.write(
      'usage: npm run bench -- fleet [--workers 10,100,1000,5000] [--points 100000] [--seconds 20] [--json]\n',
    );
    return 2;
  }
  const { sizes, isJson } = asked;
  const options: FleetOptions = { ...asked.options, maxConnections: connectionsAllowed() };
  const results: FleetResult[] = [];
  for (const workers of sizes) {
    process.stderr.write(`${workers} workers …\n`);
    results.push(await measureFleet(workers, options));
  }
  const document = { machine, points: options.points, seconds: options.seconds, results };
  const text = isJson
    ? JSON.stringify(document, null, 2)
    : [
        machine,
        `${options.points} points, ${options.seconds} s each`,
        formatTable(results),
        ...notes(results),
      ].join('\n');
  process.stdout.write(`${text}\n`);
  return 0;
}

function readArguments(
  args: readonly string[],
): { sizes: readonly number[]; isJson: boolean; options: Omit<FleetOptions, 'maxConnections'> } | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        workers: { type: 'string' },
        points: { type: 'string' },
        seconds: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const sizes = values.workers?.split(',').map(Number) ?? SIZES;
    const points = Number(values.points ?? POINTS);
    const seconds = Number(values.seconds ?? SECONDS);
    const areWhole = [...sizes, points, seconds].every((value) => Number.isSafeInteger(value) && value >= 1);
    return areWhole ? { sizes, isJson: values.json === true, options: { points, seconds } } : null;
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

/** Each connection is a file of the fleet's process and one of the server's. */
function connectionsAllowed(): number {
  if (process.platform === 'win32') return Number.POSITIVE_INFINITY;
  const limit = execFileSync('sh', ['-c', 'ulimit -n']).toString().trim();
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Math.max(1, Number(limit) - OTHER_FILES);
}

function notes(results: readonly FleetResult[]): string[] {
  return results
    .filter(({ workers, connections }) => connections < workers)
    .map(
      ({ workers, connections }) =>
        `${workers} workers shared ${connections} connections: this machine allows no more open files ("ulimit -n" raises it)`,
    );
}

const rounded = (value: number, digits = 0): string => value.toFixed(digits);
const seconds = (ms: number | null): string => (ms === null ? 'not seen' : `${rounded(ms / 1000, 1)} s`);

/** What each line tells of a size. */
const LINES: readonly (readonly [string, (result: FleetResult) => string])[] = [
  ['connections', ({ connections }) => String(connections)],
  ['all on the list after', ({ joinMs }) => seconds(joinMs)],
  ...loadLines('idle', ({ idle }) => idle),
  ...loadLines('at work', ({ atWork }) => atWork),
  ['at work: trials a second', ({ atWork }) => rounded(atWork.trialsASecond)],
  ['server: memory, largest', ({ serverMb }) => `${rounded(serverMb)} MB`],
  ['  a worker', ({ serverMb, workers }) => `${rounded((serverMb * 1024) / workers)} kB`],
  ['coordinator: memory, largest', ({ coordinatorMb }) => `${rounded(coordinatorMb)} MB`],
  ['  a worker', ({ coordinatorMb, workers }) => `${rounded((coordinatorMb * 1024) / workers)} kB`],
  ['all workers in one process: memory', ({ workersMb }) => `${rounded(workersMb)} MB`],
  ['a lost worker is noticed after', ({ lostAfterMs }) => seconds(lostAfterMs)],
  ['sweep status', ({ statusMs }) => seconds(statusMs)],
  ['sweep workers', ({ workersCommandMs }) => seconds(workersCommandMs)],
  ['sweep leaderboard --csv', ({ leaderboardMs }) => seconds(leaderboardMs)],
  ['  events in the log', ({ events }) => String(events)],
];

function loadLines(
  name: string,
  of: (result: FleetResult) => Load,
): (readonly [string, (result: FleetResult) => string])[] {
  const perWorker = (value: number, { workers }: FleetResult): string =>
    `${rounded(value)} ms, ${rounded(value / workers, 3)} a worker`;
  return [
    [`${name}: messages a second`, (result) => rounded(of(result).messagesASecond)],
    [`${name}: server's processor time a second`, (result) => perWorker(of(result).serverMsASecond, result)],
    [
      `${name}: coordinator's processor time a second`,
      (result) => perWorker(of(result).coordinatorMsASecond, result),
    ],
    [
      `${name}: all workers' processor time a second`,
      (result) => perWorker(of(result).workersMsASecond, result),
    ],
  ];
}

function formatTable(results: readonly FleetResult[]): string {
  const table = new Table({
    head: ['workers', ...results.map(({ workers }) => String(workers))],
    colAligns: ['left', ...results.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const [name, cell] of LINES) table.push([name, ...results.map(cell)]);
  return table.toString();
}
