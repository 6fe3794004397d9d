// Labels of which a text may have several: a field that holds some of them, or none. The labels of a text are one set; each
// different set has a number, in the order of its first text, so that a text has one number as ever.
import { plainLabel } from '../../study/trial/class-label.js';
import { MAX_CLASSES } from '../../study/trial/output-errors.js';
import { byOrder } from '../series/label-classes.js';
import type { Classes } from './review-labels.js';

export interface TagNames {
  /** In the order of the outputs of a model. */
  readonly names: readonly string[];
  /** Of each set, by its number, the places of its labels among the names, ascending. */
  readonly sets: readonly (readonly number[])[];
}

export class TagSets implements Classes {
  readonly names = null;
  readonly notices: readonly string[] = [];
  readonly named: readonly string[] | null;
  private readonly tags = new Map<string, number>();
  private readonly numbers = new Map<string, number>();
  private readonly sets: (readonly number[])[] = [];
  private isClosed: boolean;

  /** `listed`: no other label is taken; undefined: those that are met. `separator`: null: labels are columns. */
  constructor(
    private readonly separator: string | null,
    listed: readonly (string | number)[] | undefined,
  ) {
    for (const label of listed ?? []) this.tags.set(plainLabel(label), this.tags.size);
    this.isClosed = listed !== undefined;
    this.named = listed === undefined ? null : [...this.tags.keys()];
  }

  get rule(): string {
    if (this.separator === null) return '1 where the text has the label, else 0';
    return this.isClosed
      ? `its labels, told apart by ${JSON.stringify(this.separator)}, are some of ${[...this.tags.keys()].slice(0, 6).join(', ')}`
      : `there are at most ${MAX_CLASSES} labels: is it their column, told apart by ${JSON.stringify(this.separator)}?`;
  }

  /** No label is met from now on that was not before. */
  close(): void {
    this.isClosed = true;
  }

  /** The number of a field's set; undefined: one of its labels is none. */
  labelOf = (field: string): number | undefined => {
    const places: number[] = [];
    for (const label of new Set(this.labelsIn(field))) {
      const place = this.placeOf(label);
      if (place === undefined) return undefined;
      places.push(place);
    }
    const set = places.sort((left, right) => left - right);
    const key = set.join(' ');
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.sets.length);
    return this.sets.push(set) - 1;
  };

  /** The labels of a set, as places among those that were listed. */
  setOf(number: number): readonly number[] {
    return this.sets[number] ?? [];
  }

  /** Once all were met: listed ones as they are listed, others by their order. */
  summary(): TagNames {
    const names = [...this.tags.keys()];
    const order = this.named === null ? names.toSorted(byOrder) : names;
    const places = new Map(order.map((name, place) => [name, place]));
    return {
      names: order,
      sets: this.sets.map((set) =>
        set.map((at) => places.get(names[at]!)!).sort((left, right) => left - right),
      ),
    };
  }

  private placeOf(label: string): number | undefined {
    const known = this.tags.get(label);
    if (known !== undefined || this.isClosed || this.tags.size === MAX_CLASSES) return known;
    this.tags.set(label, this.tags.size);
    return this.tags.size - 1;
  }

  private labelsIn(field: string): string[] {
    const parts = listIn(field) ?? field.split(this.separator ?? '|');
    return parts.map(plainLabel).filter((label) => label !== '');
  }
}

/** The items of a JSON list; null: it is none. */
function listIn(field: string): (string | number)[] | null {
  if (!field.trimStart().startsWith('[')) return null;
  try {
    const list: unknown = JSON.parse(field);
    const isLabels = Array.isArray(list) && list.every((one) => ['string', 'number'].includes(typeof one));
    return isLabels ? (list as (string | number)[]) : null;
  } catch {
    // A label may begin with a bracket.
    return null;
  }
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
]);

/** The labels of a text, as a field holds them, of columns that each say whether it has one; the place of the first that does not. */
export function joinFlags(
  names: readonly string[],
  fields: readonly string[],
): { readonly field: string } | { readonly fault: number } {
  const has = fields.map((field) => FLAGS.get(plainLabel(field)));
  const fault = has.indexOf(undefined);
  return fault < 0 ? { field: JSON.stringify(names.filter((_, place) => has[place])) } : { fault };
}
