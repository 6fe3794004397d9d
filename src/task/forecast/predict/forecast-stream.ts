// The windows of a stream, and what of each a forecaster says: of its steps and columns a value each, or its quantiles, in the unit of
// the column.
import type { SampleSet } from '../../../dataset/sample-set.js';
import type { Predictor } from '../../predictor.js';
import { arrangeQuantiles } from '../../quantiles.js';
import {
  type ColumnForecast,
  type Forecast,
  type OpenCalendar,
  type StreamUse,
  WindowStream,
} from '../../windows/window-stream.js';
import { answerOfForecast, placeOfStep } from '../forecast-answer.js';
import type { ForecastUse } from '../forecast-use.js';

type ForecastStreamUse = StreamUse & Pick<ForecastUse, 'quantiles' | 'offsets'>;

export class ForecastStream extends WindowStream<ForecastStreamUse> {
  constructor(
    model: Predictor,
    use: ForecastStreamUse,
    timesteps: number,
    onForecast: (forecast: Forecast) => void,
    calendar: OpenCalendar | null,
  ) {
    super(model, use, timesteps, onForecast, calendar, answerOfForecast(use).units);
  }

  /** Levels are told from the window. */
  protected override settle(samples: SampleSet, indices: Uint32Array): void {
    const each = this.use.quantiles?.length ?? 1;
    samples.restore?.(indices, 0, indices.length, this.predictions, 0, each);
  }

  protected override forecastsOf(index: number, lastRow: number): Forecast[] {
    const { columns, window, quantiles, offsets } = this.use;
    const { delays, targetColumns } = this;
    const each = quantiles?.length ?? 1;
    const outputs = targetColumns.length * delays.length;
    const begin = index * outputs * each;
    if (quantiles !== undefined) arrangeQuantiles(this.predictions, begin, outputs, each, offsets);
    return delays.map((delay, step) => {
      const [first, ...others] = targetColumns.map((column, target): ColumnForecast => {
        const { mean, std } = columns[column]!;
        const inUnit = (place: number): number => this.predictions[begin + place]! * std + mean;
        const output = target * delays.length + step;
        return {
          prediction: inUnit(placeOfStep(output, quantiles)),
          quantiles: (quantiles ?? []).map((_, quantile) => inUnit(output * each + quantile)),
          actual: null,
          last: this.targetIn(lastRow, target),
        };
      });
      return {
        row: lastRow + window.step + delay + 1,
        seconds: Number.NaN,
        horizonRows: window.step + delay,
        step,
        ...first!,
        others,
      };
    });
  }
}
