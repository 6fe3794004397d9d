// What a section of a series says of labels, and what does not go with them.
import { z } from 'zod';
import { plainLabel } from '../../study/trial/class-label.js';
import { MAX_CLASSES } from '../../study/trial/output-errors.js';
import { text } from './source-section.js';

/** What a section says of labels. */
export const LABEL_TASK = 'classify';

export const classesSchema = z
  .array(z.union([text(200), z.number()]))
  .min(2)
  .max(MAX_CLASSES)
  .refine((names) => new Set(names.map(plainLabel)).size === names.length, {
    message: 'must name each class once (case and blanks around do not count, and 1.0 is 1)',
  })
  .describe('Of "classify": the labels that are learnt, in their order; rows of others count as unlabelled');

/** Whether the section of a series says that a label is learnt. */
export function learnsLabels({ task }: { readonly task?: unknown }): boolean {
  return task === LABEL_TASK;
}

interface FieldIssue {
  readonly path: string[];
  readonly message: string;
  readonly params: { readonly hint: string };
}

/** What does not go with the task. */
export function classifyIssues({
  task,
  classes,
  target,
}: {
  readonly task?: 'forecast' | 'classify' | undefined;
  readonly classes?: unknown;
  readonly target?: string | readonly string[] | object | undefined;
}): FieldIssue[] {
  if (!learnsLabels({ task }))
    return classes === undefined
      ? []
      : [
          {
            path: ['classes'],
            message: 'is for labels, and a forecast has none',
            params: { hint: 'say that they are learnt: "task": "classify"' },
          },
        ];
  if (Array.isArray(target) || (typeof target === 'object' && 'columns' in target))
    return [
      {
        path: ['target'],
        message: 'is one column of labels',
        params: { hint: 'one study for each: "target": "state"' },
      },
    ];
  return ['as', 'period'].flatMap((field) =>
    typeof target === 'object' && Object.hasOwn(target, field)
      ? [
          {
            path: ['target', field],
            message: 'is for numbers that are forecast: a label has no level',
            params: { hint: 'remove it' },
          },
        ]
      : [],
  );
}
