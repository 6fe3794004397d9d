// What classifying with an exported model takes: `task` in sweep.json. Fields only grow.
import { z } from 'zod';
import { VOCABULARY_FILE } from './vocabulary-file.js';

const count = () => z.int().min(1);
const classLabel = z.union([z.string(), z.number()]);
const column = z.union([z.string(), z.int().min(0)]);
export const classifyUseSchema = z.object({
  kind: z.literal('classify'),
  maxLength: count(),
  maxFeatures: count(),
  reversed: z.boolean(),
  /** Of more than two: in the order of the outputs, which are their probabilities. Absent: one, of the second of two. */
  classes: z.array(z.string()).min(3).exactOptional(),
  /** Of labels of which a text may have several: each output is the probability of one. Absent: a text has one. */
  labels: z.array(z.string()).min(1).exactOptional(),
  /** File of the words by rank: the word at place p has the id p + 4. null: the source gave numbers for words. */
  vocabulary: z.literal(VOCABULARY_FILE).nullable(),
  /** How its table was read; null: it was none. */
  table: z
    .object({
      format: z.enum(['tsv', 'csv']),
      text: column,
      label: z.union([column, z.array(z.string()).min(2)]),
      header: z.boolean(),
      classes: z.array(classLabel).min(1).optional(),
      separator: z.string().optional(),
      where: z.string().optional(),
      delimiter: z.string().optional(),
      quote: z.string().optional(),
      skip: z.int().min(0).optional(),
      encoding: z.string().optional(),
    })
    .nullable(),
});
export type ClassifyUse = z.infer<typeof classifyUseSchema>;
