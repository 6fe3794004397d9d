// A canvas of letters: two by four dots in each, by the patterns of braille, with one style a letter, and text over them. Pure
// but for its own cells.
import { type Line, type Span, type Style, span, widthOf } from '../screen/styled-line.js';

export const DOTS_ACROSS = 2;
export const DOTS_DOWN = 4;
const EMPTY = 0x2800;
/** Of the dots of a letter, by column and row. */
const BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

interface Cell {
  bits: number;
  style: Style | undefined;
  /** Stands over the dots; '': a wide letter before it reaches over this cell. */
  text: string | null;
}

export class BrailleCanvas {
  readonly #cells: Cell[][];

  /** In letters. */
  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    this.#cells = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, (): Cell => ({ bits: 0, style: undefined, text: null })),
    );
  }

  /** In dots from the top left. */
  dot(x: number, y: number, style?: Style): void {
    const column = Math.round(x);
    const row = Math.round(y);
    const cell = this.#cells[Math.floor(row / DOTS_DOWN)]?.[Math.floor(column / DOTS_ACROSS)];
    if (cell === undefined || column < 0 || row < 0) return;
    cell.bits |= BITS[column % DOTS_ACROSS]![row % DOTS_DOWN]!;
    cell.style = style;
  }

  /** Each `every`-th dot of it. */
  line(x0: number, y0: number, x1: number, y1: number, style?: Style, every = 1): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
    if (!Number.isFinite(steps)) return;
    for (let step = 0; step <= steps; step += every) {
      const share = step / steps;
      this.dot(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share, style);
    }
  }

  /** In letters from the top left; what does not fit is left out. */
  text(column: number, row: number, text: string, style?: Style): void {
    let at = column;
    for (const letter of text) {
      const wide = widthOf(letter);
      const cells = this.#cells[row];
      if (cells === undefined || wide === 0 || at < 0 || at + wide > this.columns) continue;
      cells[at] = { bits: 0, style, text: letter };
      for (let next = 1; next < wide; next++) cells[at + next] = { bits: 0, style, text: '' };
      at += wide;
    }
  }

  /** Neighbours of one style are one piece. */
  lines(): Line[] {
    return this.#cells.map((cells) => {
      const spans: Span[] = [];
      let text = '';
      let style: Style | undefined;
      for (const cell of cells) {
        const isBlank = cell.text === null && cell.bits === 0;
        if (!isBlank && cell.style !== style) {
          if (text !== '') spans.push(span(text, style));
          text = '';
          style = cell.style;
        }
        text += cell.text ?? (isBlank ? ' ' : String.fromCharCode(EMPTY + cell.bits));
      }
      return [...spans, span(text, style)];
    });
  }
}
