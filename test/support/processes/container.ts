// Runs a container's command line as its file has it, on a tree that image-tree.ts laid out. Absolute paths of the container
// are led to directories of the test; run as root, the process becomes the image's user, who may not write to the image.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ImageSettings } from '../deploy/dockerfile.js';

const EXEC_LIMIT_MS = 60_000;

export interface ContainerPlan {
  readonly settings: Pick<ImageSettings, 'directory' | 'health' | 'user' | 'environment'>;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Paths of the container, and where they are for the test. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Said by the test on top: where the server is. */
  readonly override: Readonly<Record<string, string>>;
}

export class Container {
  private output = '';
  readonly ended: Promise<number | null>;

  private constructor(
    private readonly plan: ContainerPlan,
    readonly process: ChildProcess,
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = new Promise((resolve) => process.once('close', resolve));
  }

  static start(t: Pick<TestContext, 'after'>, plan: ContainerPlan): Container {
    const [program = '', ...args] = plan.words.map((word) => lead(word, plan.mounts));
    const child = spawn(program, args, {
      cwd: lead(plan.settings.directory, plan.mounts),
      env: environmentOf(plan),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...identity(plan),
    });
    t.after(() => child.kill('SIGKILL'));
    return new Container(plan, child);
  }

  get log(): string {
    return this.output;
  }

  /** What a health check or a probe answers now. */
  async isHealthy(words: readonly string[] = this.plan.settings.health): Promise<boolean> {
    return (await this.exec(words)) === 0;
  }

  /** Runs a command in the container, whose process 1 is the container's; resolves with its exit code. */
  async exec(words: readonly string[]): Promise<number | null> {
    const [program = '', ...args] = words.map((word) =>
      lead(word, this.plan.mounts).replaceAll(...this.ownPid()),
    );
    const options = { env: environmentOf(this.plan), timeout: EXEC_LIMIT_MS, stdio: 'ignore' } as const;
    const child = spawn(program, args, { ...options, ...identity(this.plan) });
    return new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  }

  /** `kill -TERM 1`, `--pid=1`: with the number that process 1 has outside. */
  private ownPid(): [RegExp, string] {
    return [/(?<=-TERM |--pid=)1\b/g, String(this.process.pid)];
  }
}

/** Fresh directories that the image's user may write to, for the paths given. */
export function writableMounts(directory: string, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    paths.map((path) => {
      const target = join(directory, path.replaceAll('/', '_'));
      mkdirSync(target, { recursive: true });
      chmodSync(target, 0o777);
      return [path, target];
    }),
  );
}

/** Leads each path of the container in `text` to where it is, in one pass: targets may look like paths of the container. */
function lead(text: string, mounts: Readonly<Record<string, string>>): string {
  const longestFirst = Object.keys(mounts).sort((left, right) => right.length - left.length);
  const pattern = new RegExp(`(?<![\\w.])(${longestFirst.join('|')})(?=$|[/\\s;"'])`, 'g');
  return text.replaceAll(pattern, (path) => mounts[path] ?? path);
}

function environmentOf({ settings, environment, mounts, override }: ContainerPlan): Record<string, string> {
  const said = Object.entries({ ...settings.environment, ...environment }).map(([name, value]) => [
    name,
    lead(value, mounts),
  ]);
  return { PATH: process.env.PATH ?? '', ...Object.fromEntries(said), ...override };
}

function identity({ settings }: ContainerPlan): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = settings.user.split(':').map(Number);
  return uid === undefined || gid === undefined || Number.isNaN(uid) ? {} : { uid, gid };
}
