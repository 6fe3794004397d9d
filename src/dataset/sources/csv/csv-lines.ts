// The lines of a block of CSV text: blank ones left out, each line's place in the file kept.
import type { TextBlock } from './csv-text.js';

/** Lines without blank ones, each ended by "\n". */
export interface LineBlock {
  readonly text: string;
  readonly lineCount: number;
  /** 1-based line in the file of the index-th line here. */
  readonly lineOf: (index: number) => number;
}

export function withoutBlankLines(block: TextBlock): LineBlock {
  const { text, firstLine, lineCount } = block;
  if (!text.startsWith('\n') && !text.includes('\n\n')) {
    return { text, lineCount, lineOf: (index) => firstLine + index };
  }
  const kept: number[] = [];
  let joined = '';
  text.split('\n').forEach((line, index) => {
    if (line === '') return;
    kept.push(firstLine + index);
    joined += `${line}\n`;
  });
  return { text: joined, lineCount: kept.length, lineOf: (index) => kept[index] ?? firstLine + lineCount };
}

export function withoutFirstLine(block: LineBlock, length: number): LineBlock {
  return {
    text: block.text.slice(length),
    lineCount: block.lineCount - 1,
    lineOf: (index) => block.lineOf(index + 1),
  };
}
