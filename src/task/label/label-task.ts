// Telling which class a window over a series is of: the row of the registry.
import type { LabelTest } from '../../study/test-evaluation.js';
import type { LabelTask } from '../../study/trial/trial.js';
import type { Task } from '../task.js';
import { labelExport } from './label-export.js';
import { labelJudging } from './label-judging.js';
import { labelSamples } from './label-samples.js';
import type { LabelUse } from './label-use.js';
import { labelWording } from './label-wording.js';

export const labelTask: Task<LabelTask, LabelUse, LabelTest> = {
  kind: 'label',
  data: 'labelled',
  ...labelSamples,
  ...labelJudging,
  ...labelWording,
  ...labelExport,
};
