// What compilers leave to do at the end of `npm run build`: JSON schemas go beside the code that reads them, the binary becomes
// executable, and a stamp tells is-built.ts when this was.
import { chmodSync, copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
for (const file of readdirSync(join(root, 'src/sweep-file'))) {
  if (file.endsWith('.schema.json'))
    copyFileSync(join(root, 'src/sweep-file', file), join(root, 'dist/src/sweep-file', file));
}
const cli = join(root, 'dist/src/cli/main.js');
if (existsSync(cli)) chmodSync(cli, 0o755);
writeFileSync(join(root, 'dist/.built'), '');
