// Public holidays of a country, of one of its states or regions, by date-holidays: the one place that knows it.
import { SweepError } from '../../errors.js';
import { suggest } from '../../wording/suggest.js';

const DAY_MS = 86_400_000;
/** Of two letters any is a slip of any other. */
const COUNTRY = 'a country is two letters of ISO 3166: "holiday:GB", "holiday:US", "holiday:DE"';

/** Days since 1970 of the public holidays of a year. */
export type HolidaysOfYear = (year: number) => ReadonlySet<number>;

/** `place`: `US`, `US-CA`, `DE-BY-A`. Throws SPEC_INVALID for one that is not known. */
export async function openHolidays(place: string): Promise<HolidaysOfYear> {
  // Twelve megabytes of rules: read by studies that ask for them alone.
  const { default: Holidays } = await import('date-holidays');
  const [country = '', state, region] = place.split('-');
  const all = new Holidays();
  const refuse = (what: string, hint: string | undefined): never => {
    throw new SweepError('SPEC_INVALID', `"holiday:${place}": ${what}`, { path: 'dataset.calendar', hint });
  };
  const near = (known: Readonly<Record<string, string>> | undefined): string | undefined =>
    known === undefined ? `"holiday:${country}"` : suggest(place.split('-').at(-1)!, Object.keys(known));
  const countries = all.getCountries();
  if (!Object.hasOwn(countries, country)) refuse(`no holidays of "${country}" are known`, COUNTRY);
  const states = state === undefined ? undefined : all.getStates(country);
  if (state !== undefined && !Object.hasOwn(states ?? {}, state))
    refuse(`"${country}" has no state "${state}" with holidays of its own`, near(states));
  const regions = region === undefined ? undefined : all.getRegions(country, state!);
  if (region !== undefined && !Object.hasOwn(regions ?? {}, region))
    refuse(`"${country}-${state}" has no region "${region}" with holidays of its own`, near(regions));
  // By the clock of the place, whatever the clock of this machine: dates are read as they are written.
  const holidays = new Holidays(
    country,
    ...([state, region].filter((one) => one !== undefined) as [string]),
    {
      types: ['public'],
    },
  );
  return (year) =>
    new Set(
      holidays.getHolidays(year).flatMap(({ date, start, end }) => {
        const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY_MS;
        const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS));
        return Array.from({ length: days }, (_, day) => first + day);
      }),
    );
}
