// Forecasting: the row of the registry.
import type { ForecastTest } from '../../study/test-evaluation.js';
import type { ForecastTask } from '../../study/trial/trial.js';
import type { Task } from '../task.js';
import { forecastExport } from './forecast-export.js';
import { forecastJudging } from './forecast-judging.js';
import { forecastSamples } from './forecast-samples.js';
import type { ForecastUse } from './forecast-use.js';
import { forecastWording } from './forecast-wording.js';

export const forecastTask: Task<ForecastTask, ForecastUse, ForecastTest> = {
  kind: 'forecast',
  data: 'series',
  ...forecastSamples,
  ...forecastJudging,
  ...forecastWording,
  ...forecastExport,
};
