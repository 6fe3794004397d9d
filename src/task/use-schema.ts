// The task of an exported model as sweep.json has it, one schema a task. Apart from the registry, so that a command which
// reads no exported model does not load what checks one.
import { z } from 'zod';
import { classifyUseSchema } from './classify/classify-use.js';
import { forecastUseSchema } from './forecast/forecast-use.js';
import { labelUseSchema } from './label/label-use.js';

/** Fields only grow. */
export const taskUseSchema = z.discriminatedUnion('kind', [
  forecastUseSchema,
  classifyUseSchema,
  labelUseSchema,
]);
