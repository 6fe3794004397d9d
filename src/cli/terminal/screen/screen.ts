// The whole terminal, painted: an alternate screen on which only lines that changed are written, and which is given back as it
// was however the process ends. Owns the terminal's modes, its size and its input while it is open; what it shows is another's.
//
//   closed ──open──▶ shown ──close / exit──▶ closed
//                     │ ▲
//            Ctrl-Z,  │ │ fg: in the foreground again
//            SIGTSTP  ▼ │
//                   suspended (the terminal is the shell's)
import { guarded } from '../../../wording/printable.js';
import { isInForeground } from './foreground.js';
import { type Key, readKeys } from './keys.js';
import type { ViewTerminal } from './view-terminal.js';

const ENTER = '\u001b[?1049h\u001b[?7l\u001b[?25l\u001b[2J\u001b[H';
/** Lines wrap again, the cursor is seen, the former screen is back. */
const LEAVE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Terminals that know it show what is between at once. */
const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';
/** Before a line is written: after one as wide as the screen the cursor stands on its last letter. */
const CLEAR_LINE = '\u001b[0m\u001b[K';
const PLAIN = '\u001b[0m';
/** Between two looks at whether a suspended process is in the foreground again. */
const LOOK_EVERY_MS = 250;

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenOptions {
  readonly terminal: ViewTerminal;
  readonly hasColor: boolean;
  onKey(key: Key): void;
  /** The whole is to be painted anew: at the start, after a resize, back from a suspension. */
  onShown(): void;
  /** The terminal is as it was: what waited for that can be written. */
  onClosed(): void;
  /** What others write to standard output and error meanwhile, which no screen shows. */
  onDiverted(text: string, stream: 'stdout' | 'stderr'): void;
}

export class Screen {
  #lines: readonly string[] = [];
  #state: 'closed' | 'shown' | 'suspended' = 'closed';
  #restoreStreams: (() => void) | null = null;
  #looking: NodeJS.Timeout | null = null;

  constructor(private readonly options: ScreenOptions) {}

  get size(): ScreenSize {
    const { output } = this.options.terminal;
    return { columns: Math.max(1, output.columns || 80), rows: Math.max(1, output.rows || 24) };
  }

  get isShown(): boolean {
    return this.#state === 'shown';
  }

  open(): void {
    if (this.#state !== 'closed') return;
    process.on('exit', this.#onExit);
    // Node writes the stack of what nobody caught before 'exit', which would be onto the screen that is then taken away.
    process.on('uncaughtExceptionMonitor', this.#onExit);
    process.on('SIGCONT', this.#onContinued);
    process.on('SIGTSTP', this.#onStop);
    process.on('SIGQUIT', this.#onQuit);
    this.options.terminal.output.on('resize', this.#onResize);
    this.#show();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#hide();
    this.#state = 'closed';
    if (this.#looking !== null) clearInterval(this.#looking);
    process.off('exit', this.#onExit);
    process.off('uncaughtExceptionMonitor', this.#onExit);
    process.off('SIGCONT', this.#onContinued);
    process.off('SIGTSTP', this.#onStop);
    process.off('SIGQUIT', this.#onQuit);
    this.options.terminal.output.off('resize', this.#onResize);
    this.options.onClosed();
  }

  /** Lines that fit the size, from the top. */
  paint(lines: readonly string[]): void {
    if (this.#state !== 'shown') return;
    const { hasColor } = this.options;
    const safe = lines.map((line) => guarded(line, { hasColor, isTerminal: false }));
    let changes = '';
    const last = Math.max(safe.length, this.#lines.length);
    for (let row = 0; row < last; row++) {
      if (safe[row] === this.#lines[row]) continue;
      changes += `\u001b[${row + 1};1H${CLEAR_LINE}${safe[row] ?? ''}${PLAIN}`;
    }
    this.#lines = safe;
    if (changes !== '') this.#write(`${BEGIN_UPDATE}${changes}${END_UPDATE}`);
  }

  /** All of it once more: something else may have written over it. */
  repaint(): void {
    if (this.#state !== 'shown') return;
    this.#lines = [];
    this.#write('\u001b[2J');
    this.options.onShown();
  }

  /** Gives the terminal to the shell, as Ctrl-Z does. */
  suspend(): void {
    if (this.#state !== 'shown') return;
    this.#hide();
    this.#state = 'suspended';
    process.off('SIGTSTP', this.#onStop);
    // Of the whole job, as the terminal's own Ctrl-Z: a shell waits for `npx` that started this process.
    process.kill(0, 'SIGTSTP');
    this.#looking ??= setInterval(() => this.#return(), LOOK_EVERY_MS);
  }

  #show(): void {
    const { terminal, onDiverted, onShown } = this.options;
    this.#state = 'shown';
    this.#lines = [];
    this.#restoreStreams = terminal.divert(onDiverted);
    this.#write(ENTER);
    terminal.input?.setRawMode(true);
    terminal.input?.on('data', this.#onInput).resume();
    onShown();
  }

  #hide(): void {
    if (this.#state !== 'shown') return;
    const { input } = this.options.terminal;
    input?.off('data', this.#onInput).pause();
    this.#setCooked();
    this.#write(LEAVE);
    this.#restoreStreams?.();
    this.#restoreStreams = null;
  }

  #setCooked(): void {
    try {
      this.options.terminal.input?.setRawMode(false);
    } catch {
      // A terminal that has hung up has no modes.
    }
  }

  #return(): void {
    if (this.#state !== 'suspended' || !isInForeground()) return;
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = null;
    process.on('SIGTSTP', this.#onStop);
    this.#show();
  }

  #write(text: string): void {
    this.options.terminal.write(text);
  }

  readonly #onInput = (chunk: Buffer | string): void => {
    for (const key of readKeys(chunk.toString())) {
      if (this.#state !== 'shown') return;
      if (key.name === 'suspend') this.suspend();
      else if (key.name === 'repaint') this.repaint();
      // What the kernel does with these keys where no program reads them.
      else if (key.name === 'interrupt') process.kill(0, 'SIGINT');
      else if (key.name === 'quit') process.kill(0, 'SIGQUIT');
      else this.options.onKey(key);
    }
  };

  readonly #onResize = (): void => this.repaint();

  /** Stopped from outside, or by SIGSTOP, which nobody hears before it. */
  readonly #onContinued = (): void => {
    if (this.#state === 'suspended') {
      this.#return();
      return;
    }
    this.#hide();
    this.#state = 'suspended';
    this.#looking ??= setInterval(() => this.#return(), LOOK_EVERY_MS);
    this.#return();
  };

  readonly #onStop = (): void => this.suspend();

  readonly #onQuit = (): void => {
    this.close();
    process.kill(process.pid, 'SIGQUIT');
  };

  readonly #onExit = (): void => this.close();
}
