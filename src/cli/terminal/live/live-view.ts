// The live view of a study on a terminal: draws what it is told a few times a second, and turns keys into orders. What it
// shows is frame.ts; who runs the study does not depend on it.
import { stripVTControlCharacters } from 'node:util';
import { asSweepError } from '../../../errors.js';
import { headerOf } from '../../../study/study-view.js';
import { printable } from '../../../wording/printable.js';
import type { CliContext, Colors } from '../../context.js';
import type { Key } from '../screen/keys.js';
import { Screen } from '../screen/screen.js';
import { paintLine } from '../screen/styled-line.js';
import type { ViewTerminal } from '../screen/view-terminal.js';
import { frame, listedTrials } from './frame.js';
import { type LiveBoard, liveBoard } from './live-board.js';
import { type LiveSource, type LiveState, planOf, type StudyPlan } from './live-state.js';
import { FIRST_UI, type LiveUi, press } from './live-ui.js';

const REFRESH_MS = 250;
/** The table of a long study is worked out anew this often at most. */
const BOARD_EVERY_MS = 500;
const NOTES_KEPT = 100;

export interface LiveViewOptions {
  readonly context: CliContext;
  readonly terminal: ViewTerminal;
  source(): LiveSource;
  /** Asks whoever runs the study; says why nothing came of it, or null. */
  order(action: 'pause' | 'resume'): Promise<string | null>;
  /** The view was left by its key and is closed. */
  onLeft(): void;
  readonly resumeCommand: string;
  /** What becomes of the study when the view is left. */
  readonly leaving: string;
  readonly pinned?: readonly string[];
}

interface Written {
  readonly text: string;
  readonly stream: 'stdout' | 'stderr';
}

export class LiveView {
  readonly #screen: Screen;
  readonly #colors: Colors;
  #ui: LiveUi = FIRST_UI;
  #phase: string | null = null;
  #notes: string[] = [];
  #kept: Written[] = [];
  #keptNotes = 0;
  #timer: NodeJS.Timeout | null = null;
  #pageRows = 0;
  #board: { readonly key: string; readonly atMs: number; readonly board: LiveBoard } | null = null;
  #plan: StudyPlan | null = null;

  constructor(private readonly options: LiveViewOptions) {
    const { context, terminal } = options;
    this.#colors = context.colors.stderr;
    this.#screen = new Screen({
      terminal,
      hasColor: this.#colors.isColorSupported,
      onKey: (key) => this.#onKey(key),
      onShown: () => this.#draw(),
      onClosed: () => this.#onClosed(),
      onDiverted: (text, stream) => this.#keep(text, stream),
    });
  }

  open(): void {
    this.#screen.open();
    this.#timer ??= setInterval(() => this.#draw(), REFRESH_MS);
    this.#timer.unref();
  }

  close(): void {
    this.#screen.close();
  }

  /** However it came to be closed, what was said meanwhile is written below what stood there before. */
  #onClosed(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    const { stdout, stderr } = this.options.context;
    for (const { text, stream } of this.#kept.splice(0)) (stream === 'stdout' ? stdout : stderr).write(text);
  }

  note(text: string): void {
    this.#say(text, true);
  }

  /** What the head says while it is so: it is written once the view is closed. */
  record(text: string): void {
    this.#say(text, false);
  }

  #say(text: string, isShown: boolean): void {
    if (this.#timer === null) {
      this.options.context.stderr.write(`${printable(text)}\n`);
      return;
    }
    this.#keep(`${printable(text)}\n`, 'stderr', isShown);
    this.#draw();
  }

  phase(text: string | null): void {
    this.#phase = text;
    this.#draw();
  }

  /** Of notes the latest are kept, of results all. */
  #keep(text: string, stream: 'stdout' | 'stderr', isShown = true): void {
    this.#kept.push({ text, stream });
    if (stream === 'stdout') return;
    this.#keptNotes += 1;
    if (this.#keptNotes > NOTES_KEPT) {
      const oldest = this.#kept.findIndex((one) => one.stream === 'stderr');
      this.#kept.splice(oldest, 1);
      this.#keptNotes -= 1;
    }
    if (!isShown) return;
    const lines = stripVTControlCharacters(text)
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== '');
    this.#notes = [...this.#notes, ...lines].slice(-NOTES_KEPT);
  }

  #state(): LiveState {
    const { resumeCommand, leaving, pinned = [], source } = this.options;
    const told = source();
    this.#plan ??= planOf(headerOf(told.view));
    return {
      ...told,
      curveOf: (trial) => told.curveOf(trial),
      board: this.#boardOf(told),
      plan: this.#plan,
      phase: this.#phase,
      notes: this.#notes,
      pinned,
      resumeCommand,
      leaving,
    };
  }

  #boardOf({ view }: LiveSource): LiveBoard {
    const { order, filter } = this.#ui;
    const chosen = JSON.stringify([order, filter]);
    const key = `${view.lastSeq} ${chosen}`;
    const known = this.#board;
    const nowMs = performance.now();
    const isFresh = known?.key.endsWith(` ${chosen}`) === true && nowMs - known.atMs < BOARD_EVERY_MS;
    if (known !== null && (known.key === key || isFresh)) return known.board;
    const board = liveBoard(view, order, filter);
    this.#board = { key, atMs: nowMs, board };
    return board;
  }

  /** Whatever goes wrong here, the study goes on. */
  #draw(): void {
    if (!this.#screen.isShown) return;
    try {
      this.#paint();
    } catch (thrown) {
      this.close();
      const { message } = asSweepError(thrown);
      this.options.context.stderr.write(`note: the live view ends: ${printable(message)}\n`);
      this.options.onLeft();
    }
  }

  #paint(): void {
    if (this.options.source().view.header === null) return;
    const { size } = this.#screen;
    const { lines, pageRows } = frame(this.#state(), this.#ui, size);
    this.#pageRows = pageRows;
    this.#screen.paint(lines.map((line) => paintLine(line, size.columns, this.#colors)));
  }

  #onKey(key: Key): void {
    const trials = this.options.source().view.header === null ? [] : listedTrials(this.#state());
    const { ui, order } = press(this.#ui, key, { trials, pageRows: this.#pageRows });
    this.#ui = ui;
    if (order === 'leave') {
      this.close();
      this.options.onLeft();
      return;
    }
    if (order !== null) this.#order(order);
    this.#draw();
  }

  #order(action: 'pause' | 'resume'): void {
    const say = (message: string | null): void => {
      this.#ui = { ...this.#ui, message };
      this.#draw();
    };
    say(action === 'pause' ? 'pausing …' : 'resuming …');
    this.options.order(action).then(say, (thrown: unknown) => {
      const { message, hint } = asSweepError(thrown);
      say(hint === undefined ? message : `${message}: ${hint}`);
    });
  }
}
