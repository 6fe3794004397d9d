// The dashboard's page as it is shipped: one script and one style sheet, with all that they need inside. Nothing is fetched
// from elsewhere, now or when the page is shown.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { makeDirectories } from '../make-directories.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const source = join(root, 'src/dashboard/page');
const target = join(root, 'dist/src/dashboard/page');

makeDirectories(target);
await build({
  entryPoints: { app: join(source, 'main.ts'), style: join(source, 'style.css') },
  outdir: target,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'inline',
  logLevel: 'warning',
});
for (const name of ['index.html', 'icon.svg']) copyFileSync(join(source, name), join(target, name));
