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
  start: async () => (await import('./start.js')).benchStart(),
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

const args = process.argv.slice(2);
const isJson = args.includes('--json');
const names = args.filter((arg) => arg !== '--json');
const [name] = names;
const benchmark =
  name !== undefined && names.length === 1 && Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (!benchmark) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')} [--json]\n`);
  process.exit(2);
}
const machine = describeMachine();
const results = await benchmark();
// Whole, before the exit: TensorFlow.js' backends keep the process alive.
process.stdout.write(
  isJson ? `${JSON.stringify({ machine, results }, null, 2)}\n` : `${machine}\n${formatTable(results)}\n`,
  () => process.exit(0),
);
