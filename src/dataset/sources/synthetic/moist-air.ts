// The physics between the columns of the Jena series: what follows from temperature, pressure and dew point.
// The constants are the station's own: its first row, -8.02 °C, 996.52 mbar, 93.3 %, gives its other values.
import { atan2Turns, exp, log } from './deterministic-math.js';

export interface MoistAir {
  /** °C, at most the temperature. */
  readonly dewPoint: number;
  /** K, at 1000 mbar. */
  readonly potentialTemperature: number;
  /** %. */
  readonly relativeHumidity: number;
  /** mbar, over water. */
  readonly saturationPressure: number;
  readonly vapourPressure: number;
  readonly pressureDeficit: number;
  /** g/kg. */
  readonly specificHumidity: number;
  /** mmol/mol. */
  readonly waterConcentration: number;
  /** g/m³. */
  readonly density: number;
}

/** Magnus formula (Murray 1967): e_s = A·exp(B·T / (C + T)), T in °C, e_s in mbar. */
const MAGNUS_A = 6.1078;
const MAGNUS_B = 17.08085;
const MAGNUS_C = 234.175;
const ZERO_CELSIUS = 273.15;
/** R / c_p of dry air: Poisson's equation. */
const POISSON = 0.286;
/** Molar mass of water over that of dry air, and 1 minus it. */
const MASS_RATIO = 0.622;
const MASS_LACK = 0.378;
/** J/(kg K). */
const DRY_AIR_CONSTANT = 287.05;

export function saturationPressure(temperature: number): number {
  return MAGNUS_A * exp((MAGNUS_B * temperature) / (MAGNUS_C + temperature));
}

/** The inverse of saturationPressure. */
export function dewPointOf(vapourPressure: number): number {
  const x = log(vapourPressure / MAGNUS_A);
  return (MAGNUS_C * x) / (MAGNUS_B - x);
}

/** `temperature` and `dewPoint` in °C, `pressure` in mbar. Air is saturated at most. */
export function deriveMoisture(temperature: number, pressure: number, dewPoint: number): MoistAir {
  const saturation = saturationPressure(temperature);
  const vapour = Math.min(saturation, saturationPressure(dewPoint));
  const kelvin = temperature + ZERO_CELSIUS;
  return {
    dewPoint: dewPointOf(vapour),
    potentialTemperature: kelvin * exp(POISSON * log(1000 / pressure)),
    relativeHumidity: (100 * vapour) / saturation,
    saturationPressure: saturation,
    vapourPressure: vapour,
    pressureDeficit: saturation - vapour,
    specificHumidity: (1000 * MASS_RATIO * vapour) / (pressure - MASS_LACK * vapour),
    waterConcentration: (1000 * vapour) / pressure,
    // mbar → Pa is 100, kg → g is 1000.
    density: ((pressure - MASS_LACK * vapour) * 100 * 1000) / (DRY_AIR_CONSTANT * kelvin),
  };
}

/** Where the wind comes from, degrees clockwise from north in [0, 360); the arguments are where it blows from. */
export function windDirection(fromWest: number, fromSouth: number): number {
  const degrees = 360 * atan2Turns(-fromWest, -fromSouth);
  return degrees < 0 ? degrees + 360 : degrees;
}
