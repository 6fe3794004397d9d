// Labelled reviews between reading a source and writing the prepared file: their words as whole numbers, in the order of
// first occurrence (text) or as the source ranks them. Grows in memory: four bytes a word.

const FIRST_CAPACITY = 1 << 16;

export class ReviewStore {
  readonly labels: number[] = [];
  private readonly ends: number[] = [];
  private words = new Uint32Array(FIRST_CAPACITY);

  get count(): number {
    return this.labels.length;
  }

  append(label: number, words: ArrayLike<number>): void {
    const start = this.ends.at(-1) ?? 0;
    const end = start + words.length;
    if (end > this.words.length) {
      const grown = new Uint32Array(Math.max(end, 2 * this.words.length));
      grown.set(this.words);
      this.words = grown;
    }
    this.words.set(words, start);
    this.labels.push(label);
    this.ends.push(end);
  }

  /** A view: valid until the next append. */
  wordsOf(review: number): Uint32Array {
    return this.words.subarray(review === 0 ? 0 : this.ends[review - 1]!, this.ends[review]!);
  }
}

/** Numbers for words of text: each new word gets the next one. */
export class WordNumbers {
  private readonly numbers = new Map<string, number>();

  /** By number. */
  get words(): string[] {
    return [...this.numbers.keys()];
  }

  numberAll(words: readonly string[]): Uint32Array {
    return Uint32Array.from(words, (word) => {
      const known = this.numbers.get(word);
      if (known !== undefined) return known;
      const number = this.numbers.size;
      this.numbers.set(word, number);
      return number;
    });
  }
}
