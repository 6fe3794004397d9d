// Text of a sweep file to a plain JSON value, strictly: what JSON.parse would let pass silently (duplicate keys,
// overflowing numbers, prototype keys) is a problem with its path. Knows where each path stands in the text.
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { SweepError } from '../../errors.js';
import { FORBIDDEN_KEYS, formatPath, type JsonPath, showValue } from '../../schema/json-path.js';
import type { Problems } from '../problems.js';

const MAX_BYTES = 1024 * 1024;
/** Deeper than any sweep file needs, and shallow enough for recursive readers. */
const MAX_DEPTH = 32;
const SHOWN_SYNTAX_ERRORS = 10;

export interface JsonText {
  readonly value: unknown;
  /** `line:column` (1-based) of the value at `path`, or of its nearest ancestor that exists. */
  locate(path: JsonPath): string;
}

/** Throws SPEC_SYNTAX when `text` is not JSON; adds every other problem to `problems` and goes on without the value. */
export function readJsonText(text: string, file: string, problems: Problems): JsonText {
  if (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES)
    throw new SweepError('SPEC_SYNTAX', `${file}: larger than the ${MAX_BYTES} bytes a sweep file may have`, {
      hint: 'a sweep file describes the data by its path: keep the data itself elsewhere',
    });
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (body.trim() === '')
    throw new SweepError('SPEC_SYNTAX', `${file}:1:1: the file is empty`, {
      hint: 'sweeps/quick.json is one to start with',
    });
  refuseDeepNesting(body, file);

  const syntaxErrors: ParseError[] = [];
  const root = parseTree(body, syntaxErrors, {
    disallowComments: true,
    allowTrailingComma: false,
    allowEmptyContent: false,
  });
  refuseSyntaxErrors(body, file, syntaxErrors);
  if (root === undefined) throw new SweepError('SPEC_SYNTAX', `${file}: holds no JSON value`);

  const offsets = new Map<string, number>();
  const value = readNode(root, [], { text: body, offsets, problems });
  return {
    value,
    locate(path) {
      for (let length = path.length; length > 0; length--) {
        const offset = offsets.get(formatPath(path.slice(0, length)));
        if (offset !== undefined) return lineAndColumn(body, offset);
      }
      return lineAndColumn(body, root.offset);
    },
  };
}

function refuseDeepNesting(text: string, file: string): void {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    // A text begins with its quote, so that a bracket here is a bracket of the document.
    const first = text[scanner.getTokenOffset()] ?? '';
    if ('[{'.includes(first)) depth += 1;
    if (']}'.includes(first)) depth -= 1;
    if (depth > MAX_DEPTH)
      throw new SweepError(
        'SPEC_SYNTAX',
        `${file}:${lineAndColumn(text, scanner.getTokenOffset())}: nested more than ${MAX_DEPTH} levels deep`,
      );
  }
}

function refuseSyntaxErrors(text: string, file: string, found: readonly ParseError[]): void {
  const errors = found
    // One slip, such as a trailing comma, can break two rules at its place.
    .filter(({ offset }, index) => offset !== found[index - 1]?.offset)
    .slice(0, SHOWN_SYNTAX_ERRORS)
    .map(
      ({ error, offset }) =>
        new SweepError(
          'SPEC_SYNTAX',
          `${file}:${lineAndColumn(text, offset)}: not valid JSON: ${inWords(printParseErrorCode(error))}`,
          { hint: 'a sweep file is plain JSON: no comments, no trailing commas, double quotes' },
        ),
    );
  const [first, ...others] = errors;
  if (first !== undefined) throw new SweepError(first.code, first.message, { hint: first.hint, others });
  try {
    JSON.parse(text);
  } catch (cause) {
    // The tree parser forgives a few things that JSON does not.
    throw new SweepError('SPEC_SYNTAX', `${file}: not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

function inWords(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

interface Reading {
  readonly text: string;
  readonly offsets: Map<string, number>;
  readonly problems: Problems;
}

function readNode(node: Node, path: JsonPath, reading: Reading): unknown {
  reading.offsets.set(formatPath(path), node.offset);
  if (node.type === 'array')
    return (node.children ?? []).map((child, index) => readNode(child, [...path, index], reading));
  if (node.type === 'object') return readObject(node, path, reading);
  if (node.type === 'number') return readNumber(node, path, reading);
  return node.value;
}

function readNumber({ value, offset, length }: Node, path: JsonPath, { text, problems }: Reading): number {
  const written = text.slice(offset, offset + length);
  if (!Number.isFinite(value)) {
    problems.add({ code: 'SPEC_INVALID', path, message: 'is a number too large to be represented' });
    return 0;
  }
  // JSON.stringify pads the shortest digits of a double with zeros: 9223372036854776000 for 2 ** 63.
  const isPadded = String(value) === written;
  if (/^-?\d+$/.test(written) && !isPadded && BigInt(written) !== BigInt(value))
    problems.add({
      code: 'SPEC_INVALID',
      path,
      message: `is a whole number that would become another one: ${written} is read as ${BigInt(value)}`,
      hint: `write the number itself, ${BigInt(value)}, or, as a value of a dimension, the text "${written}"`,
    });
  // -0 would not come back from JSON as itself.
  return value === 0 ? 0 : value;
}

function readObject(node: Node, path: JsonPath, reading: Reading): Record<string, unknown> {
  const { offsets, problems } = reading;
  const object: Record<string, unknown> = {};
  for (const property of node.children ?? []) {
    const [keyNode, valueNode] = property.children ?? [];
    if (keyNode === undefined || valueNode === undefined) continue;
    const key = String(keyNode.value);
    const keyPath = [...path, key];
    if (FORBIDDEN_KEYS.includes(key)) {
      offsets.set(formatPath(keyPath), keyNode.offset);
      problems.add({
        code: 'SPEC_FORBIDDEN_KEY',
        path: keyPath,
        message: `is a key that a sweep file may not hold: ${showValue(key)}`,
        hint: 'choose another name',
      });
    } else if (Object.hasOwn(object, key)) {
      offsets.set(formatPath(keyPath), keyNode.offset);
      problems.add({
        code: 'SPEC_DUPLICATE_KEY',
        path: keyPath,
        message: 'stands here a second time: a key may be given once',
        hint: 'keep one of the two',
      });
    } else {
      object[key] = readNode(valueNode, keyPath, reading);
    }
  }
  return object;
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `${before.split('\n').length}:${offset - lineStart + 1}`;
}
