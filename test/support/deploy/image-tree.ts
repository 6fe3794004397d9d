// The file tree of an image, laid out in a directory by carrying out its Dockerfile: what can be done without an engine.
// Base images are left out (this machine's Node stands in), and the full `npm ci` of the build stage, for which the
// repository's own node_modules stand in. COPY, npm and the build are carried out as they are written.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './deploy-files.js';
import { readStages, type Stage, type Step } from './dockerfile.js';

const INSTALL_ALL = 'npm ci --ignore-scripts';

/** Lays out deploy/`dockerfile` below `directory`; returns the root of the image. Throws when a step fails. */
export function layOutImage(dockerfile: string, directory: string): string {
  const roots = new Map<string, string>();
  let root = '';
  for (const [index, stage] of readStages(dockerfile).entries()) {
    root = join(directory, `stage-${index}`);
    mkdirSync(root);
    carryOut(stage, root, roots);
    if (stage.name !== null) roots.set(stage.name, root);
  }
  return root;
}

function carryOut(stage: Stage, root: string, roots: ReadonlyMap<string, string>): void {
  let directory = root;
  for (const step of stage.steps) {
    if (step.keyword === 'WORKDIR') {
      directory = join(root, step.text);
      mkdirSync(directory, { recursive: true });
    } else if (step.keyword === 'COPY') copy(step, directory, roots);
    else if (step.keyword === 'RUN') run(step.text, root, directory);
  }
}

function copy({ words, flags }: Step, directory: string, roots: ReadonlyMap<string, string>): void {
  const from = flags.from === undefined ? REPOSITORY : roots.get(flags.from);
  if (from === undefined) throw new Error(`there is no stage ${flags.from}`);
  const target = words.at(-1) ?? '';
  for (const source of words.slice(0, -1)) {
    // Into a directory when it says so, as COPY does.
    const to = target.endsWith('/') ? join(directory, target, source) : join(directory, target);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(from, source), to, { recursive: true, verbatimSymlinks: true });
  }
}

function run(text: string, root: string, directory: string): void {
  if (text === INSTALL_ALL) {
    symlinkSync(join(REPOSITORY, 'node_modules'), join(directory, 'node_modules'));
    return;
  }
  const [install, data] = /^install -d -o \d+ -g \d+ (\/\w+)$/.exec(text) ?? [];
  if (install !== undefined && data !== undefined) {
    mkdirSync(join(root, data), { mode: 0o777 });
    return;
  }
  // The build stage's C compiler: this machine's stands in for it, or none does, and the image runs on WebAssembly.
  if (text.startsWith('apt-get update && apt-get install ')) return;
  if (!text.startsWith('npm ')) throw new Error(`this cannot be carried out without an engine: RUN ${text}`);
  const env = { ...process.env, npm_config_prefer_offline: 'true', npm_config_audit: 'false' };
  const done = spawnSync('sh', ['-c', text], { cwd: directory, encoding: 'utf8', env });
  if (done.status !== 0) throw new Error(`RUN ${text} failed:\n${done.stdout}${done.stderr}`);
}
