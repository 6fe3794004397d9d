// A table of texts to classify may lack what the table of the training had: the line of names, the columns of a condition.
import { SweepError } from '../../errors.js';
import type { ReviewTableSource } from '../../study/dataset-source.js';
import { countOf } from '../../wording/plural.js';
import type { Table } from '../sources/table/table.js';
import { labelReader } from './review-labels.js';

/** Which columns of a table are what, and how it is written. */
export type ReviewTableForm = Omit<ReviewTableSource, 'type' | 'path' | 'test'>;

export interface FittedForm {
  readonly form: ReviewTableForm;
  /** What of the training's form was not there. */
  readonly notices: readonly string[];
}

/** `open`: the table in a form. What is plainly there stays as it is; so does what can't be told, for the errors of reading it. */
export async function fitForm(
  path: string,
  form: ReviewTableForm,
  open: (form: ReviewTableForm) => Promise<Table>,
): Promise<FittedForm> {
  const { where, ...unfiltered } = form;
  const nameless = form.header ? await withoutNames(path, unfiltered, open) : null;
  const fitted = nameless?.form ?? unfiltered;
  const notices = nameless?.notices ?? [];
  if (where === undefined) return { form: fitted, notices };
  try {
    (await open({ ...fitted, where })).close();
    return { form: { ...fitted, where }, notices };
  } catch (thrown) {
    if (!(thrown instanceof SweepError) || thrown.code !== 'SPEC_INVALID') throw thrown;
    const all = `the condition ${JSON.stringify(where)} names what ${path} does not have: all its rows are read`;
    return { form: fitted, notices: [...notices, all] };
  }
}

/** The form of a table whose first line is a text, or a text and a label; null: it is not known to be. */
async function withoutNames(
  path: string,
  form: ReviewTableForm,
  open: (form: ReviewTableForm) => Promise<Table>,
): Promise<FittedForm | null> {
  const table = await open(form).catch((thrown: unknown) => {
    // Said by the reading itself.
    if (thrown instanceof SweepError) return null;
    throw thrown;
  });
  if (table === null) return null;
  table.close();
  if (table.dialect === null || typeof form.text !== 'string') return null;
  const names = table.columns.map(({ name }) => name);
  const wanted = [form.text, form.label].flat().map((name) => (typeof name === 'string' ? name.trim() : ''));
  if (names.some((name) => wanted.includes(name))) return null;
  const labelOf = labelReader(form.classes);
  const label = names.findIndex((name) => labelOf(name) !== undefined);
  if (names.length !== 1 && (names.length !== 2 || label < 0)) return null;
  const text = names.length === 1 ? 0 : 1 - label;
  const hasLabel = names.length === 2;
  return {
    form: { ...form, header: false, text, label: hasLabel ? label : names.length },
    notices: [
      `no line of ${path} names ${JSON.stringify(form.text)}: of its ${countOf(names.length, 'column')} ${
        hasLabel
          ? `the ${text === 0 ? 'first' : 'second'} is read as the text, the other one as the label`
          : 'each line is read as a text'
      }, the first line too`,
    ],
  };
}
