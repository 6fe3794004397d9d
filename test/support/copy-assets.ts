// What tsc leaves to do at the end of `npm run build`: JSON schemas go beside the code that reads them, and the binary is
// linked into node_modules/.bin, where `npx sweep` finds it at once instead of installing the package into its cache.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
for (const file of readdirSync(join(root, 'src/spec'))) {
  if (file.endsWith('.schema.json'))
    copyFileSync(join(root, 'src/spec', file), join(root, 'dist/src/spec', file));
}

const cli = join(root, 'dist/src/cli/main.js');
if (existsSync(cli)) chmodSync(cli, 0o755);
const binaries = join(root, 'node_modules/.bin');
// On Windows links need a privilege; there `npx sweep` takes npm's own, slower way.
if (process.platform !== 'win32' && existsSync(join(root, 'node_modules'))) {
  mkdirSync(binaries, { recursive: true });
  rmSync(join(binaries, 'sweep'), { force: true });
  symlinkSync('../../dist/src/cli/main.js', join(binaries, 'sweep'));
}
