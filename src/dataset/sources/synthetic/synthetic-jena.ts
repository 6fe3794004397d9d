// `jena-synthetic`: a seeded stand-in for the Jena climate series where the real one cannot be had. Same 14 columns, same
// length and rhythm, the physics between the columns, and weather that can be learned: fronts show in pressure, humidity
// and wind before they move the temperature. The same bits on every machine.

import { formatTimestamp } from '../csv/times/time-stamps.js';
import type { TimeSummary } from '../csv/times/time-steps.js';
import { JENA_FIRST_SECONDS, JENA_STEP_SECONDS } from '../jena-series.js';
import { cosTurns, exp, sinTurns } from './deterministic-math.js';
import { deriveMoisture, windDirection } from './moist-air.js';
import { RandomStream } from './random-stream.js';

/** Changes whenever a value of the series may: part of the source's digest. */
export const SYNTHETIC_VERSION = 1;
export const SYNTHETIC_SEED = 2009;

const STEPS_PER_HOUR = 3600 / JENA_STEP_SECONDS;
const SECONDS_PER_YEAR = 365.25 * 86_400;

/** A process x ← a·x + noise with deviation 1 that forgets within `hours` (Ornstein–Uhlenbeck, exactly sampled). */
class Drift {
  value: number;
  private readonly keep: number;
  private readonly noise: number;

  constructor(
    hours: number,
    private readonly random: RandomStream,
  ) {
    this.keep = exp(-1 / (hours * STEPS_PER_HOUR));
    this.noise = Math.sqrt(1 - this.keep * this.keep);
    this.value = random.normal();
  }

  step(): number {
    this.value = this.keep * this.value + this.noise * this.random.normal();
    return this.value;
  }
}

export interface SyntheticOptions {
  readonly rows: number;
  readonly seed: number;
}

/**
 * The rows in order, 14 values in the order of JENA_COLUMNS, rounded as the real file is (so that its CSV reads back to the
 * same numbers). The array is used again for the next row. O(rows), constant memory.
 */
export function* syntheticJenaRows(options: SyntheticOptions): Generator<Float64Array> {
  const weather = new Weather(new RandomStream(options.seed));
  const values = new Float64Array(14);
  for (let row = 0; row < options.rows; row++) {
    weather.step(row);
    weather.observe(values);
    yield values;
  }
}

/** The time stamps that go with the rows: no step is irregular. */
export function syntheticTime(rows: number): TimeSummary {
  return {
    first: formatTimestamp(JENA_FIRST_SECONDS),
    last: formatTimestamp(JENA_FIRST_SECONDS + (rows - 1) * JENA_STEP_SECONDS),
    stepSeconds: JENA_STEP_SECONDS,
    irregularSteps: 0,
    irregular: [],
  };
}

/** How long the fronts, and the air masses they bring, last. */
const FRONT_HOURS = 26;
const ADVECTION_HOURS = 10;
const AIR_MASS_HOURS = 60;
const PRESSURE_HOURS = 72;

class Weather {
  /** Warm (+) or cold (−) advection: the cause of what the temperature does over the next day. */
  private readonly front: Drift;
  private readonly pressureDrift: Drift;
  private readonly cloudDrift: Drift;
  private readonly dryness: Drift;
  private readonly turbulence: Drift;
  private readonly windWest: Drift;
  private readonly windSouth: Drift;
  private readonly gust: RandomStream;
  /** What of the front has reached the ground: it lags behind pressure, humidity, clouds and wind. */
  private advection = 0;
  /** Departure of the air mass from the season's normal, K; advection feeds it, time takes it back. */
  private airMass = 0;
  /** Departure of the pressure from normal, mbar: falls before warm air, rises behind a cold front. */
  private pressure = 0;
  private readonly airMassKeep = exp(-1 / (AIR_MASS_HOURS * STEPS_PER_HOUR));
  private readonly advectionKeep = exp(-1 / (ADVECTION_HOURS * STEPS_PER_HOUR));
  private readonly pressureKeep = exp(-1 / (PRESSURE_HOURS * STEPS_PER_HOUR));

  private temperature = 0;
  private surfacePressure = 0;
  private dewPoint = 0;

  constructor(random: RandomStream) {
    this.front = new Drift(FRONT_HOURS, random);
    this.pressureDrift = new Drift(96, random);
    this.cloudDrift = new Drift(18, random);
    this.dryness = new Drift(30, random);
    this.turbulence = new Drift(3, random);
    this.windWest = new Drift(10, random);
    this.windSouth = new Drift(10, random);
    this.gust = random;
  }

  step(row: number): void {
    const seconds = row * JENA_STEP_SECONDS;
    const year = seconds / SECONDS_PER_YEAR;
    // The series begins at 00:10 on the first of January.
    const day = (seconds + JENA_STEP_SECONDS) / 86_400;
    const front = this.front.step();
    this.advection = this.advectionKeep * this.advection + (1 - this.advectionKeep) * front;
    this.airMass = this.airMassKeep * this.airMass + (FRONT_HEATING / STEPS_PER_HOUR) * this.advection;
    this.pressure = this.pressureKeep * this.pressure - (FRONT_SUCTION / STEPS_PER_HOUR) * front;
    // 0 in midwinter, 1 in midsummer; the air lags behind the sun by a month.
    const sun = 0.5 - 0.5 * cosTurns(year + 10 / 365.25);
    const season = 9.4 - 8.8 * cosTurns(year - 20 / 365.25);
    const clouds = 1 / (1 + exp(-(1.3 * this.cloudDrift.step() + 0.9 * front)));
    const daily = (1.2 + 4.6 * sun) * (1.25 - clouds) * cosTurns(day - 14.8 / 24);
    const turbulence = this.turbulence.step();
    this.temperature = season + this.airMass + daily + 0.45 * turbulence;
    this.surfacePressure =
      989 + this.pressure + 4.5 * this.pressureDrift.step() + 0.35 * sinTurns(2 * day - 0.1);
    // Warm air comes moist, cold air dry; the afternoon sun dries the ground.
    const spread = 3.2 + 2.2 * sun - 1.5 * front + 1.5 * this.dryness.step();
    this.dewPoint = season + this.airMass - softPositive(spread) + 0.2 * daily;
    this.windWest.step();
    this.windSouth.step();
  }

  /** Writes the 14 values that the station would have measured. */
  observe(values: Float64Array): void {
    const temperature = round(this.temperature, 100);
    const pressure = round(this.surfacePressure, 100);
    const air = deriveMoisture(temperature, pressure, this.dewPoint);
    const west = 0.9 + 1.5 * this.windWest.value + 0.5 * this.front.value;
    const south = 0.4 + 1.2 * this.windSouth.value + 0.8 * this.front.value;
    const speed = Math.sqrt(west * west + south * south) * (1 + 0.12 * this.gust.normal());
    const peak = speed * (1.45 + 0.35 * this.gust.uniform()) + 0.3 * this.gust.uniform();
    values[0] = pressure;
    values[1] = temperature;
    values[2] = round(air.potentialTemperature, 100);
    values[3] = round(air.dewPoint, 100);
    values[4] = round(air.relativeHumidity, 10);
    values[5] = round(air.saturationPressure, 100);
    values[6] = round(air.vapourPressure, 100);
    values[7] = round(air.pressureDeficit, 100);
    values[8] = round(air.specificHumidity, 100);
    values[9] = round(air.waterConcentration, 100);
    values[10] = round(air.density, 100);
    values[11] = round(Math.max(0, speed), 100);
    values[12] = round(Math.max(0, peak), 100);
    values[13] = round(windDirection(west, south), 10);
  }
}

/** Kelvin and mbar that a front of strength 1 adds and takes in an hour. */
const FRONT_HEATING = 0.208;
const FRONT_SUCTION = 0.22;

/** Near x for large x, near 0 and positive below: the dew point stays under the temperature. */
function softPositive(x: number): number {
  return 0.5 * (x + Math.sqrt(x * x + 1));
}

/** To 1/scale; adding 0 turns −0 into 0, as it comes back from a CSV. */
function round(value: number, scale: number): number {
  return Math.round(value * scale) / scale + 0;
}
