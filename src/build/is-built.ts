// Exits with 0 when dist is newer than all it is built from, else with 1. `npx sweep` runs `prepare` once more when npm
// links the package into its cache: without this check its first call would build everything again.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const stamp = join(root, 'dist/.built');
const sources = ['src', 'worker', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(root, folder, file),
  ),
);
for (const file of ['package.json', 'package-lock.json', 'tsconfig.json'])
  if (existsSync(join(root, file))) sources.push(join(root, file));
const isBuilt =
  existsSync(stamp) && sources.every((file) => statSync(file).mtimeMs <= statSync(stamp).mtimeMs);
process.exit(isBuilt ? 0 : 1);
