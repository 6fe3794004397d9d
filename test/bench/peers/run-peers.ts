// `npm run bench -- peers [steps|grid] [--model NAME]… [--json]`.
import { parseArgs } from 'node:util';
import { benchPeers, formatPeers } from './peers.js';
import { benchQuickGrid, formatGrid } from './quick-grid.js';

const USAGE = `usage: SWEEP_PEERS_PYTHON=PYTHON npm run bench -- peers [steps|grid] [--model "gru 32"]… [--json]
PYTHON has some of torch, keras (with tensorflow or jax), jax, and ray[tune] for the grid
`;

/** The exit code. */
export async function runPeers(args: readonly string[], machine: string): Promise<number> {
  const python = process.env.SWEEP_PEERS_PYTHON;
  const asked = readArguments(args);
  if (asked === null || !python) {
    process.stderr.write(USAGE);
    return 2;
  }
  const steps = asked.parts.includes('steps') ? await benchPeers(python, asked.models) : null;
  const grid = asked.parts.includes('grid') ? benchQuickGrid(python) : null;
  const text = asked.isJson
    ? JSON.stringify({ machine, steps, grid }, null, 2)
    : [
        machine,
        ...(steps === null ? [] : [formatPeers(steps)]),
        ...(grid === null ? [] : [formatGrid(grid)]),
      ].join('\n');
  process.stdout.write(`${text}\n`);
  return 0;
}

function readArguments(
  args: readonly string[],
): { parts: readonly string[]; models: readonly string[]; isJson: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { model: { type: 'string', multiple: true }, json: { type: 'boolean' } },
    });
    if (positionals.some((part) => part !== 'steps' && part !== 'grid')) return null;
    const parts = positionals.length === 0 ? ['steps', 'grid'] : positionals;
    return { parts, models: values.model ?? [], isJson: values.json === true };
  } catch {
    return null;
  }
}
