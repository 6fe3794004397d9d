// Forecasts for every whole window of a CSV, streamed, and how good those are whose target is in the file.
import type { Notice } from '../../../wording/fault-words.js';
import type { PredictRequest } from '../../task-export.js';
import { feedStreams } from '../../windows/feed-streams.js';
import type { Forecast } from '../../windows/window-stream.js';
import type { ForecastUse } from '../forecast-use.js';
import { type SeriesErrors, SeriesStreams } from './series-streams.js';

export interface SeriesSummary extends Omit<SeriesErrors, 'series'> {
  /** Of a model of several series. */
  readonly bySeries?: readonly SeriesErrors[];
  readonly notices: readonly Notice[];
}

/** `row`: of the file, dropped ones counted. `isUtc`: its seconds are known to be of UTC. */
export interface PlacedForecast extends Forecast {
  readonly isUtc: boolean;
}

/** Throws what feedStreams throws. Of forecasts that `onForecast` got before that, none should be kept. */
export async function predictSeries(
  request: Omit<PredictRequest<ForecastUse>, 'onRow'>,
  onForecast: (forecast: PlacedForecast, series: string | null) => void,
): Promise<SeriesSummary> {
  const { use, model: used, data: path } = request;
  const { streams, notices } = await feedStreams(
    request,
    (model, calendar, isUtc) =>
      new SeriesStreams(
        model,
        use,
        used.description.timesteps,
        path,
        (forecast, series) => onForecast({ ...forecast, isUtc: isUtc() }, series),
        calendar,
      ),
  );
  const { series: _, ...total } = streams.total();
  return { ...total, ...(use.series === undefined ? {} : { bySeries: streams.each() }), notices };
}
