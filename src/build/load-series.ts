// The example series sweeps/data/load.csv: hourly load of an electricity grid that never was, with days, weeks, weather, a
// trend, noise and a few hours that the meter missed. `node dist/src/build/write-load-series.js` writes it; a test holds it.
import { seededRandom } from '../statistics/seeded-random.js';

const SEED = 20_240_101;
const FIRST_MS = Date.UTC(2024, 0, 1);
const HOUR_MS = 3_600_000;
const HOURS = 40 * 7 * 24;
/** First hour and length of what is missing. */
const GAPS: readonly (readonly [number, number])[] = [
  [431, 3],
  [1_877, 1],
  [3_052, 6],
];

/** The file's text. */
export function loadSeries(): string {
  const random = seededRandom(SEED);
  const normal = (): number =>
    (random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2) * 1.73;
  const lines = ['time,load (MW),temperature (degC)'];
  let weather = 0;
  let unrest = 0;
  for (let hour = 0; hour < HOURS; hour += 1) {
    const ofDay = hour % 24;
    const isWeekend = Math.floor(hour / 24) % 7 >= 5;
    weather = 0.985 * weather + 0.5 * normal();
    unrest = 0.7 * unrest + 5 * normal();
    const season = -Math.cos((2 * Math.PI * (hour / 24 - 15)) / 365.25);
    const temperature = 11 + 4 * season - 3.5 * Math.cos((2 * Math.PI * (ofDay - 3)) / 24) + weather;
    const load =
      720 +
      0.004 * hour +
      90 * bump(ofDay, 9, 4) +
      190 * bump(ofDay, 18.5, 3.5) -
      (isWeekend ? 90 + 60 * bump(ofDay, 9, 4) : 0) +
      3 * Math.max(0, 15 - temperature) +
      unrest;
    if (GAPS.some(([first, length]) => hour >= first && hour < first + length)) continue;
    const time = new Date(FIRST_MS + hour * HOUR_MS).toISOString().slice(0, 16).replace('T', ' ');
    lines.push(`${time},${load.toFixed(1)},${temperature.toFixed(1)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** 1 at an hour of the day, half of it `width` hours before and after. */
function bump(ofDay: number, at: number, width: number): number {
  const distance = Math.min(Math.abs(ofDay - at), 24 - Math.abs(ofDay - at));
  return 1 / (1 + (distance / width) ** 4);
}
