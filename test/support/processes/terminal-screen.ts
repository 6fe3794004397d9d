// A command on a pseudo-terminal whose screen can be read, as a person at a terminal reads it.
import type { TestContext } from 'node:test';
import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { waitUntil } from './wait-until.js';

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface TerminalScreen {
  readonly process: IPty;
  /** The rows that are seen, without blanks at their ends. */
  lines(): string[];
  text(): string;
  /** What was scrolled out of sight and what is seen. */
  everything(): string;
  /** The screen that programs fill is shown. */
  isAlternate(): boolean;
  /** All that was written so far. */
  raw(): string;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until what is seen matches. */
  shows(pattern: RegExp, limitMs?: number): Promise<string>;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal: number }>;
}

export function openScreen(
  t: Pick<TestContext, 'after'>,
  [command, ...words]: readonly [string, ...string[]],
  { columns = 80, rows = 24, directory, env = {} }: ScreenOptions,
): TerminalScreen {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5_000 });
  const child = spawn(command, words, {
    name: env.TERM ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  let raw = '';
  child.onData((data) => {
    raw += data;
    terminal.write(data);
  });
  let isOver = false;
  const exited = new Promise<{ exitCode: number; signal: number }>((resolve) => {
    child.onExit(({ exitCode, signal = 0 }) => {
      isOver = true;
      resolve({ exitCode, signal });
    });
  });
  t.after(async () => {
    if (!isOver) child.kill('SIGKILL');
    await exited;
    terminal.dispose();
  });
  const rowsFrom = (start: number, end: number): string[] => {
    const { active } = terminal.buffer;
    return Array.from({ length: end - start }, (_, at) =>
      (active.getLine(start + at)?.translateToString(true) ?? '').trimEnd(),
    );
  };
  const lines = (): string[] => {
    const { baseY } = terminal.buffer.active;
    return rowsFrom(baseY, baseY + terminal.rows);
  };
  const text = (): string => lines().join('\n');
  return {
    process: child,
    lines,
    text,
    everything: () => rowsFrom(0, terminal.buffer.active.length).join('\n'),
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    raw: () => raw,
    type: (keys) => child.write(keys),
    resize(toColumns, toRows) {
      terminal.resize(toColumns, toRows);
      child.resize(toColumns, toRows);
    },
    async shows(pattern, limitMs = 20_000) {
      await waitUntil(String(pattern), () => pattern.test(text()), limitMs).catch((thrown: unknown) => {
        throw new Error(`the screen never showed ${pattern}, but at last\n${text()}`, { cause: thrown });
      });
      return text();
    },
    exited,
  };
}
