// Classifying labelled reviews: the row of the registry.
import type { ClassifierTest } from '../../study/test-evaluation.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import type { Task } from '../task.js';
import { classifyExport } from './classify-export.js';
import { classifyJudging } from './classify-judging.js';
import { classifySamples } from './classify-samples.js';
import type { ClassifyUse } from './classify-use.js';
import { classifyWording } from './classify-wording.js';

export const classifyTask: Task<ClassifyTask, ClassifyUse, ClassifierTest> = {
  kind: 'classify',
  data: 'reviews',
  ...classifySamples,
  ...classifyJudging,
  ...classifyWording,
  ...classifyExport,
};
