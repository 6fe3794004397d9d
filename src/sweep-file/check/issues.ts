// What zod found, in the words of this product: the value, the rule, and "did you mean".
import type { z } from 'zod';
import { formatPath, type JsonPath, showValue, valueAt } from '../../schema/json-path.js';
import { SAMPLERS, SCHEDULERS } from '../../search/registry.js';
import { nearest, suggest } from '../../wording/suggest.js';
import { CSV_FIELDS } from '../data/source-section.js';
import type { Problems } from '../problems.js';
import { REFERENCE } from '../reference.js';
import { describeKind, explainWord } from './foreign-words.js';

type Issue = z.core.$ZodIssue;
/** The value that was wrong. */
type Show = (value: unknown) => string;

export interface IssueContext {
  /** The document that was checked, from its root: values are looked up in it. */
  readonly document: unknown;
  /** Names of the space's dimensions, for a forgotten `$`. */
  readonly dimensions: readonly string[];
  /** True where a person typed the value on the command line: it is shown whole. */
  isTyped?(path: JsonPath): boolean;
}

/** Adds each issue as a problem at `prefix` and its own path. */
export function addIssues(
  issues: readonly Issue[],
  prefix: JsonPath,
  context: IssueContext,
  problems: Problems,
): void {
  for (const issue of issues) addIssue(issue, prefix, context, problems);
}

function addIssue(issue: Issue, prefix: JsonPath, context: IssueContext, problems: Problems): void {
  const path = [...prefix, ...(issue.path as (string | number)[])];
  const value = valueAt(context.document, path);
  if (issue.code === 'unrecognized_keys') {
    const fields = issue.message.split(' ');
    for (const key of issue.keys) {
      // `sweep try --set x=…` takes dimensions as well.
      const isSet = path.length === 0 && context.isTyped?.([key]) === true;
      const known = isSet ? [...fields, ...context.dimensions] : fields;
      problems.add({
        code: 'SPEC_UNKNOWN_FIELD',
        path: [...path, key],
        message: 'is an unknown field',
        hint:
          homeOf(path, key, context) ??
          explainWord(key, known) ??
          ofAnotherType(path, key, known, context) ??
          suggest(key, known),
      });
    }
    return;
  }
  const branch = issue.code === 'invalid_union' ? pickBranch(issue.errors, value) : undefined;
  if (branch !== undefined) {
    addIssues(branch, path, context, problems);
    return;
  }
  const isTyped = context.isTyped?.(path) === true;
  const [message, hint] = explain(issue, value, (shown) => showValue(shown, isTyped), besideNumber(path));
  const found =
    hint ?? misplacedMark(value, context) ?? kindAsModel(path, value) ?? typeAsSection(path, value);
  problems.add({ code: 'SPEC_INVALID', path, message, hint: found });
}

/** Where a field belongs that stands at another level. */
function homeOf(path: JsonPath, key: string, { dimensions, isTyped }: IssueContext): string | undefined {
  const at = formatPath(path);
  if (at === 'dataset' && CSV_FIELDS.includes(key))
    return `it belongs into the source: "source": {"csv": "FILE", "${key}": …}`;
  if (at === 'scheduler' && MOST_EPOCHS.test(key))
    return 'how many epochs a trial is given at most is "epochs" in "training", of a program in "objective"';
  if (at === '' && dimensions.includes(key) && isTyped?.([key]) === true)
    return `it is a dimension of the space: --set space.${key}=… fixes it, or gives the list of its values`;
  return undefined;
}

/** `--set sampler.type=grid` leaves what the file says of another type where it is. */
function ofAnotherType(
  path: JsonPath,
  key: string,
  fields: readonly string[],
  { isTyped }: IssueContext,
): string | undefined {
  const isLeft = isTyped?.([...path, 'type']) === true && !isTyped([...path, key]);
  return isLeft && nearest(key, fields) === undefined
    ? `it is of another type: --set '${formatPath(path)}={"type": …}' sets all of it anew`
    : undefined;
}

/** As Ray Tune and Hyperband call it. */
const MOST_EPOCHS = /^(?:max_?t|max_?resource|max_?epochs)$/i;

/** What a text that stands beside a number is. */
function besideNumber(path: JsonPath): string {
  return formatPath(path).startsWith('dataset.split')
    ? 'a length of time such as "30d"'
    : 'a reference such as "$name"';
}

/** What was wrong and the rule, and the next step where one can be named. */
function explain(
  issue: Issue,
  value: unknown,
  show: Show,
  textBeside: string,
): readonly [message: string, hint?: string | undefined] {
  switch (issue.code) {
    case 'invalid_union':
      if (issue.errors.length === 0)
        return oneOf('options' in issue ? (issue.options as unknown[]) : [], value, show);
      return [mustBe(expectedKinds(issue.errors, textBeside), value, show)];
    case 'invalid_value':
      return oneOf(issue.values, value, show);
    case 'invalid_type':
      return [mustBe([kindInWords(issue.expected)], value, show)];
    case 'too_small': {
      const comparison = issue.inclusive === false ? 'above' : 'at least';
      return [`must ${amount(issue.origin, comparison, Number(issue.minimum))}, not ${shown(value, show)}`];
    }
    case 'too_big': {
      const comparison = issue.inclusive === false ? 'below' : 'at most';
      return [`must ${amount(issue.origin, comparison, Number(issue.maximum))}, not ${shown(value, show)}`];
    }
    case 'invalid_format':
      return [`${ruleOf(issue)}, not ${show(value)}`];
    case 'invalid_key':
      return [
        'is no name for a dimension: letters, digits and "_", beginning with a letter, at most 64 characters',
        'rename it, and the references to it',
      ];
    case 'custom':
      return [
        issue.params?.showsValue === true ? `${issue.message}: ${show(value)}` : issue.message,
        issue.params?.hint as string | undefined,
      ];
    default:
      return [issue.message];
  }
}

/** The alternative that was most likely meant; undefined when the value's kind fits none of them. */
function pickBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  const isMarked = typeof value === 'string' && value.startsWith('$');
  const fitting = branches.filter((issues) => {
    if (issues.some(isReferenceMismatch)) return isMarked;
    return !isMarked && !issues.some((issue) => issue.path.length === 0 && isWrongKind(issue, value));
  });
  const cost = (issues: readonly Issue[]) =>
    issues.length + (issues.some((issue) => issue.path[0] === 'type' && issue.path.length === 1) ? 100 : 0);
  return [...fitting].sort((a, b) => cost(a) - cost(b))[0];
}

function isReferenceMismatch(issue: Issue): boolean {
  return issue.code === 'invalid_format' && issue.pattern === REFERENCE.toString();
}

function isWrongKind(issue: Issue, value: unknown): boolean {
  if (issue.code === 'invalid_type') return true;
  // Choices are texts: an object is none of them, rather than a mistyped one.
  if (issue.code === 'invalid_value') return typeof value === 'object' && value !== null;
  return (
    issue.code === 'invalid_union' &&
    issue.errors.length > 0 &&
    issue.errors.every((branch) =>
      branch.some((inner) => inner.path.length === 0 && isWrongKind(inner, value)),
    )
  );
}

/** The rule as the schema words it (`must …`), else the pattern. */
function ruleOf(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  return issue.message.startsWith('must') ? issue.message : `must match ${issue.pattern ?? issue.format}`;
}

function expectedKinds(branches: readonly (readonly Issue[])[], textBeside: string): string[] {
  const kinds = branches.flatMap((issues) =>
    issues.flatMap((issue) => {
      if (isReferenceMismatch(issue)) return ['string'];
      if (issue.code === 'invalid_union') return expectedKinds(issue.errors, textBeside);
      return issue.code === 'invalid_type' && issue.path.length === 0 ? [issue.expected as string] : [];
    }),
  );
  const isChoice = kinds.includes('null');
  // Beside a number or a switch no text is allowed but one kind.
  const isOfOneKind = !isChoice && kinds.some((kind) => ['number', 'int', 'boolean'].includes(kind));
  return [
    ...new Set(kinds.map((kind) => (kind === 'string' && isOfOneKind ? textBeside : kindInWords(kind)))),
  ];
}

function kindInWords(kind: string): string {
  const words: Readonly<Record<string, string>> = {
    int: 'a whole number',
    number: 'a number',
    string: 'a text',
    boolean: 'true or false',
    array: 'a list',
    tuple: 'a pair [start, end]',
    object: 'an object',
    record: 'an object',
    null: 'null',
  };
  return words[kind] ?? kind;
}

function mustBe(kinds: readonly string[], value: unknown, show: Show): string {
  const wanted = [...new Set(kinds)].join(' or ');
  return value === undefined ? `is required: ${wanted}` : `must be ${wanted}, not ${show(value)}`;
}

function oneOf(
  options: readonly unknown[],
  value: unknown,
  show: Show,
): [message: string, hint: string | undefined] {
  const list = options.map((option) => JSON.stringify(option)).join(', ');
  const rule = options.length === 1 ? list : `one of ${list}`;
  if (value === undefined) return [`is required: ${rule}`, undefined];
  const names = options.filter((option) => typeof option === 'string');
  return [
    `must be ${rule}, not ${show(value)}`,
    // The rule has listed them all.
    typeof value === 'string' ? explainWord(value, names) : undefined,
  ];
}

function amount(origin: string, comparison: string, limit: number): string {
  const plural = limit === 1 ? '' : 's';
  if (origin === 'array') return `hold ${comparison} ${limit} value${plural}`;
  if (origin === 'string') return `have ${comparison} ${limit} character${plural}`;
  return `be ${comparison} ${limit}`;
}

function shown(value: unknown, show: Show): string {
  if (Array.isArray(value)) return String(value.length);
  return typeof value === 'string' ? `${value.length}: ${show(value)}` : show(value);
}

/** `"model": "gru"`: the kind alone where the section is wanted. */
function kindAsModel(path: JsonPath, value: unknown): string | undefined {
  return path.at(-1) === 'model' && typeof value === 'string'
    ? describeKind(value, ['recurrent'])
    : undefined;
}

/** `"sampler": "tpe"`: the type alone where the section is wanted. */
function typeAsSection(path: JsonPath, value: unknown): string | undefined {
  const section = formatPath(path);
  const rows = section === 'sampler' ? SAMPLERS : section === 'scheduler' ? SCHEDULERS : {};
  return typeof value === 'string' && Object.hasOwn(rows, value) ? `write {"type": "${value}"}` : undefined;
}

/** For a dimension's name without its `$`, and for a `$` where no reference can stand. */
function misplacedMark(value: unknown, { dimensions }: IssueContext): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (dimensions.includes(value)) return `did you mean "$${value}"?`;
  return value.startsWith('$')
    ? 'references can stand in the window, model and training sections'
    : undefined;
}
