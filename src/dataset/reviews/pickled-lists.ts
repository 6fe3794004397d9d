// Reads a pickled numpy array of lists of whole numbers, as `numpy.savez` stores ragged sequences. A pickle is a program:
// this interpreter knows the instructions of such lists alone, imports nothing, calls nothing, and refuses all others.
import { SweepError } from '../../errors.js';

/** What the pickle may name. Numpy moved its module; Python 2's bytes come through `_codecs`. None of it is run. */
const KNOWN_NAMES = new Set([
  'numpy.core.multiarray _reconstruct',
  'numpy._core.multiarray _reconstruct',
  'numpy ndarray',
  'numpy dtype',
  '_codecs encode',
]);
const ARRAY = /multiarray _reconstruct$/;

/** A call that the pickle asks for, kept as data: what was named, with which arguments, and its state. */
class Construction {
  state: unknown;
  constructor(
    readonly name: string,
    readonly args: unknown,
  ) {}
}

class Name {
  constructor(readonly text: string) {}
}

const MARK = Symbol('mark');
const ASCII = 'latin1';

/** The lists in order. `path` is for errors. Throws DATASET_CORRUPT. */
export function readPickledLists(bytes: Buffer, path: string): readonly (readonly number[])[] {
  const value = new PickleReader(bytes, path).read();
  const refuse = (what: string): SweepError => refusal(path, what);
  if (!(value instanceof Construction) || !ARRAY.test(value.name)) throw refuse('it is no numpy array');
  // The state of a numpy array: version, shape, dtype, Fortran order, content.
  const content: unknown = Array.isArray(value.state) ? value.state[4] : undefined;
  if (!Array.isArray(content)) throw refuse('it is no array of objects');
  for (const [place, list] of content.entries()) {
    if (!Array.isArray(list) || !list.every((item) => Number.isSafeInteger(item)))
      throw refuse(`element ${place} is no list of whole numbers`);
  }
  return content as number[][];
}

class PickleReader {
  private at = 0;
  private readonly stack: unknown[] = [];
  private readonly memo: unknown[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly path: string,
  ) {}

  read(): unknown {
    for (;;) {
      const opcode = this.take(1)[0]!;
      if (opcode === 0x2e) return this.pop();
      this.step(opcode);
    }
  }

  /** One instruction: https://github.com/python/cpython/blob/main/Lib/pickletools.py names and describes them. */
  private step(opcode: number): void {
    const { stack } = this;
    switch (opcode) {
      case 0x80: // PROTO
        this.take(1);
        return;
      case 0x95: // FRAME
        this.take(8);
        return;
      case 0x94: // MEMOIZE
        this.memo.push(stack.at(-1));
        return;
      case 0x71: // BINPUT
        this.memo[this.take(1)[0]!] = stack.at(-1);
        return;
      case 0x72: // LONG_BINPUT
        this.remember(this.take(4).readUInt32LE());
        return;
      case 0x68: // BINGET
        stack.push(this.recall(this.take(1)[0]!));
        return;
      case 0x6a: // LONG_BINGET
        stack.push(this.recall(this.take(4).readUInt32LE()));
        return;
      case 0x28:
        stack.push(MARK);
        return;
      case 0x4b: // BININT1
        stack.push(this.take(1)[0]!);
        return;
      case 0x4d: // BININT2
        stack.push(this.take(2).readUInt16LE());
        return;
      case 0x4a: // BININT
        stack.push(this.take(4).readInt32LE());
        return;
      case 0x8a: // LONG1
        stack.push(this.readLong(this.take(1)[0]!));
        return;
      case 0x4e:
        stack.push(null);
        return;
      case 0x88:
        stack.push(true);
        return;
      case 0x89:
        stack.push(false);
        return;
      case 0x5d: // EMPTY_LIST
        stack.push([]);
        return;
      case 0x61: // APPEND
        this.append([this.pop()]);
        return;
      case 0x65: // APPENDS
        this.append(this.popToMark());
        return;
      case 0x29: // EMPTY_TUPLE
        stack.push([]);
        return;
      case 0x85:
      case 0x86:
      case 0x87: // TUPLE1, TUPLE2, TUPLE3
        this.need(opcode - 0x84);
        stack.push(stack.splice(stack.length - (opcode - 0x84)));
        return;
      case 0x74: // TUPLE
        stack.push(this.popToMark());
        return;
      case 0x55: // SHORT_BINSTRING
      case 0x43: // SHORT_BINBYTES
      case 0x8c: // SHORT_BINUNICODE
        stack.push(this.take(this.take(1)[0]!).toString(ASCII));
        return;
      case 0x54: // BINSTRING
      case 0x42: // BINBYTES
      case 0x58: // BINUNICODE
        stack.push(this.take(this.take(4).readUInt32LE()).toString(ASCII));
        return;
      case 0x63: // GLOBAL
        this.pushName(this.readLine(), this.readLine());
        return;
      case 0x93: {
        // STACK_GLOBAL
        const name = this.pop();
        this.pushName(this.pop(), name);
        return;
      }
      case 0x52: {
        // REDUCE
        const args = this.pop();
        const called = this.pop();
        if (!(called instanceof Name)) throw this.refuse('it calls what it did not name');
        stack.push(new Construction(called.text, args));
        return;
      }
      case 0x62: {
        // BUILD
        const state = this.pop();
        const built = stack.at(-1);
        if (!(built instanceof Construction)) throw this.refuse('it sets the state of what it did not make');
        built.state = state;
        return;
      }
      default:
        throw this.refuse(
          `it holds the instruction 0x${opcode.toString(16)}, which lists of numbers do not need`,
        );
    }
  }

  private pushName(module: unknown, name: unknown): void {
    const text = `${String(module)} ${String(name)}`;
    if (!KNOWN_NAMES.has(text)) throw this.refuse(`it names ${JSON.stringify(text.slice(0, 80))}`);
    this.stack.push(new Name(text));
  }

  private append(items: readonly unknown[]): void {
    const list = this.stack.at(-1);
    if (!Array.isArray(list)) throw this.refuse('it appends to what is no list');
    for (const item of items) list.push(item);
  }

  private popToMark(): unknown[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw this.refuse('a mark is missing');
    const items = this.stack.splice(mark);
    items.shift();
    return items;
  }

  private pop(): unknown {
    this.need(1);
    return this.stack.pop();
  }

  private need(count: number): void {
    if (this.stack.length < count) throw this.refuse('its stack runs empty');
  }

  /** Places are given out in order: a hostile one would make the memo huge. */
  private remember(place: number): void {
    if (place > this.memo.length) throw this.refuse(`it stores to place ${place} out of order`);
    this.memo[place] = this.stack.at(-1);
  }

  private recall(place: number): unknown {
    if (place >= this.memo.length) throw this.refuse(`it reads place ${place}, which it did not store`);
    return this.memo[place];
  }

  /** Two's complement, little-endian; wider than six bytes is no word id. */
  private readLong(length: number): number {
    if (length > 6) throw this.refuse(`it holds a number of ${length} bytes`);
    return length === 0 ? 0 : this.take(length).readIntLE(0, length);
  }

  private readLine(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.refuse('it ends within a line');
    const line = this.bytes.toString(ASCII, this.at, end);
    this.at = end + 1;
    return line;
  }

  private take(count: number): Buffer {
    if (this.at + count > this.bytes.length) throw this.refuse(`it ends at byte ${this.bytes.length}`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private refuse(what: string): SweepError {
    return refusal(this.path, `${what} (byte ${this.at} of the pickle)`);
  }
}

function refusal(path: string, what: string): SweepError {
  return new SweepError('DATASET_CORRUPT', `${path} is no list of word ids: ${what}`, {
    path,
    hint: 'word ids are lists of whole numbers in a numpy array of objects, as in the imdb.npz of Keras',
  });
}
