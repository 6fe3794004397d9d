// What a program writes: cut into lines of bounded length, the last of which are kept for whoever asks why it failed.
import { StringDecoder } from 'node:string_decoder';

/** Of a longer line the rest is dropped. */
export const LONGEST_LINE = 65_536;
const KEPT_LINES = 40;
const KEPT_CHARACTERS = 3_500;
const LONGEST_KEPT = 500;

/** Lines of a stream that comes in pieces: those of a piece together. */
export class LineReader {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  constructor(private readonly onLines: (lines: readonly string[]) => void) {}

  push(bytes: Buffer): void {
    const lines = (this.rest + this.decoder.write(bytes)).split('\n');
    this.rest = bounded(lines.pop() ?? '');
    this.onLines(lines.map((line) => bounded(line.replace(/\r$/, ''))));
  }

  /** The last line, without its end. */
  end(): void {
    const line = this.rest;
    this.rest = '';
    if (line !== '') this.onLines([line]);
  }
}

/** Of a progress bar that is drawn over itself what was drawn last, as a terminal shows it. */
function bounded(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  // The last of them may be half of the line's own end.
  return line.slice(line.lastIndexOf('\r', line.length - 2) + 1).slice(0, LONGEST_LINE);
}

export class OutputTail {
  private readonly lines: string[] = [];

  /** Of a line that is drawn over itself what was drawn last. */
  add(line: string): void {
    const shown = line.split('\r').findLast((drawn) => drawn.trim() !== '');
    if (shown === undefined) return;
    this.lines.push(shown.slice(0, LONGEST_KEPT));
    if (this.lines.length > KEPT_LINES) this.lines.shift();
  }

  /** undefined: it wrote nothing. */
  get text(): string | undefined {
    const text = this.lines.join('\n').slice(-KEPT_CHARACTERS);
    return text === '' ? undefined : text;
  }
}
