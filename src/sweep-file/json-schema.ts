// The published JSON Schema of the sweep file, made from the schema that the parser checks with.
import { z } from 'zod';
import { sweepFileSchema } from './sweep-schema.js';

/** The document as it is published: indented, with a final newline. */
export function formatJsonSchema(): string {
  const schema = z.toJSONSchema(sweepFileSchema, { io: 'input' });
  const { $schema, ...rest } = schema;
  const described = {
    $schema,
    title: 'sweep file',
    description: 'A hyperparameter sweep: data, window, model, search space, training, objective.',
    ...rest,
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}
