// `npm run bench -- NAME [--json]`: runs one benchmark and prints a table, or JSON with the machine it ran on.
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import Table from 'cli-table3';
import type { BenchResult } from './bench-result.js';

const BENCHMARKS: Record<string, () => Promise<BenchResult[]>> = {
  gru: async () => (await import('./recurrent.js')).benchRecurrent('gru'),
  lstm: async () => (await import('./recurrent.js')).benchRecurrent('lstm'),
  kernels: async () => (await import('./kernels.js')).benchKernels(),
  layers: async () => (await import('./layers.js')).benchLayers(),
  ingest: async () => (await import('./ingest.js')).benchIngest(),
  bus: async () => (await import('./bus.js')).benchBus(),
  engines: async () => (await import('./engines.js')).benchEngines(),
  objectives: async () => (await import('./objectives.js')).benchObjectives(),
  start: async () => (await import('./start.js')).benchStart(),
};

/** Benchmarks with a table of their own. */
const REPORTS: Record<string, () => Promise<{ readonly document: object; readonly text: string }>> = {
  statistics: async () => {
    const { benchStatistics, formatStatistics } = await import('./statistics.js');
    const { benchConfidenceSets, formatConfidenceSets } = await import('./confidence-sets.js');
    const document = { ...benchStatistics(), confidenceSets: benchConfidenceSets() };
    return {
      document,
      text: `${formatStatistics(document)}\n${formatConfidenceSets(document.confidenceSets)}`,
    };
  },
  search: async () => {
    const { benchSamplers, describeSamplers } = await import('./search/samplers.js');
    const samplers = await benchSamplers();
    return { document: { samplers }, text: describeSamplers(samplers) };
  },
  schedulers: async () => {
    const { benchSchedulers, describeSchedulers } = await import('./search/schedulers.js');
    const document = benchSchedulers();
    return { document, text: describeSchedulers(document) };
  },
  quarter: async () => {
    const { benchQuarter, describeQuarter } = await import('./search/quarter.js');
    const document = await benchQuarter();
    return { document, text: describeQuarter(document) };
  },
  'record-curves': async () => (await import('./search/record-curves.js')).recordCurves(),
};

function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const cores = availableParallelism();
  return `${model}, ${cores} cores, ${process.platform} ${process.arch}, Node ${process.version}, ${commit()}`;
}

function commit(): string {
  try {
    const hash = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `commit ${hash.toString().trim()}`;
  } catch {
    return 'commit unknown: not a git checkout';
  }
}

function formatTable(results: readonly BenchResult[]): string {
  const table = new Table({
    head: ['', 'ms', 'baseline', 'ms', 'ratio', 'of limit'],
    colAligns: ['left', 'right', 'left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const result of results)
    table.push([
      result.name,
      result.msPerStep.toFixed(2),
      result.baseline,
      result.baselineMsPerStep.toFixed(2),
      result.ratio.toFixed(2),
      result.fractionOfLimit === null ? '' : `${(100 * result.fractionOfLimit).toFixed(0)} %`,
    ]);
  return table.toString();
}

async function table(benchmark: () => Promise<BenchResult[]>): Promise<{ document: object; text: string }> {
  const results = await benchmark();
  return { document: { results }, text: formatTable(results) };
}

const args = process.argv.slice(2);
if (args[0] === 'fleet') {
  const { benchFleet } = await import('./fleet.js');
  process.exit(await benchFleet(args.slice(1), describeMachine()));
}
if (args[0] === 'peers') {
  const { runPeers } = await import('./peers/run-peers.js');
  process.exit(await runPeers(args.slice(1), describeMachine()));
}
if (args[0] === 'large-file') {
  const { benchLargeFile } = await import('./large-file.js');
  process.exit(await benchLargeFile(args.slice(1), describeMachine()));
}
if (args[0] === 'rows') {
  const { benchRows } = await import('./rows.js');
  process.exit(await benchRows(args.slice(1), describeMachine()));
}
const isJson = args.includes('--json');
const names = args.filter((arg) => arg !== '--json');
const [name] = names;
const find = <Kind>(all: Record<string, Kind>): Kind | undefined =>
  name !== undefined && names.length === 1 && Object.hasOwn(all, name) ? all[name] : undefined;
const benchmark = find(BENCHMARKS);
const report = find(REPORTS);
if (!benchmark && !report) {
  const known = [...Object.keys(BENCHMARKS), ...Object.keys(REPORTS)];
  process.stderr.write(`usage: npm run bench -- ${known.join('|')}|fleet|large-file|peers|rows [--json]\n`);
  process.exit(2);
}
const machine = describeMachine();
const { document, text } = report ? await report() : await table(benchmark as () => Promise<BenchResult[]>);
// Whole, before the exit: TensorFlow.js' backends keep the process alive.
process.stdout.write(
  isJson ? `${JSON.stringify({ machine, ...document }, null, 2)}\n` : `${machine}\n${text}\n`,
  () => process.exit(0),
);
