// `npm run build`: what is compiled side by side, in the order in which one needs the other. TypeScript loses its types here and
// nothing more, file by file: `npm run check` looks at them.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Compiled by asc, or bundled. */
const OTHERS = ['src/kernels/assembly', 'src/search/learning/assembly', 'src/dashboard/page'];
const KERNELS = [
  ['src/kernels/assembly/index.ts', 'dist/src/kernels/kernels.wasm'],
  ['src/search/learning/assembly/mixture.ts', 'dist/src/search/learning/mixture.wasm'],
];

function run(command, args) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: command === 'npm' && process.platform === 'win32',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    );
  });
}

const asc = (source, target) => run('npm', ['run', '--silent', 'asc', '--', source, '-o', target]);
const built = (name) => run(process.execPath, [`dist/src/build/${name}.js`]);

async function transpile() {
  const files = ['src', 'worker', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => join(folder, file).replaceAll('\\', '/'))
      .filter((file) => file.endsWith('.ts') && !OTHERS.some((other) => file.startsWith(`${other}/`))),
  );
  await build({
    absWorkingDir: root,
    entryPoints: files,
    outdir: 'dist',
    outbase: '.',
    format: 'esm',
    platform: 'node',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
  removeLeftOvers(new Set(files.map((file) => file.replace(/\.ts$/, '.js'))));
}

/** Of sources that are gone: they would go on being shipped, and tests being run. */
function removeLeftOvers(built) {
  for (const folder of ['src', 'worker', 'test']) {
    if (!existsSync(join(root, 'dist', folder))) continue;
    for (const found of readdirSync(join(root, 'dist', folder), { recursive: true, encoding: 'utf8' })) {
      const file = join(folder, found).replaceAll('\\', '/');
      if (!/\.js(\.map)?$/.test(file) || file.startsWith('src/dashboard/page/')) continue;
      if (!built.has(file.replace(/\.map$/, ''))) rmSync(join(root, 'dist', file));
    }
  }
}

const began = new Date();
try {
  const kernels = KERNELS.map(([source, target]) => asc(source, target));
  const scripts = transpile().then(() => Promise.all([built('bundle-page'), built('build-native')]));
  await Promise.all([...kernels, scripts]);
  await built('copy-assets');
  // What was changed while it was built is newer.
  utimesSync(join(root, 'dist/.built'), began, began);
} catch (thrown) {
  process.stderr.write(`build: ${thrown.message}\n`);
  process.exitCode = 1;
}
