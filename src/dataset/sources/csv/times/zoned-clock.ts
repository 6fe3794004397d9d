// The clock of a time zone: from UTC to local time and back, in seconds since 1970.

const QUARTER_SECONDS = 900;

/** Of seconds of UTC the local time, as if it were UTC. Zones change at full quarters of an hour: each is asked for once. */
export function zonedClock(timeZone: string): (seconds: number) => number {
  const localOf = exactClock(timeZone);
  let quarter = Number.NaN;
  let offset = 0;
  return (seconds) => {
    const begin = Math.floor(seconds / QUARTER_SECONDS) * QUARTER_SECONDS;
    if (begin !== quarter) {
      quarter = begin;
      offset = localOf(begin) - begin;
    }
    return seconds + offset;
  };
}

function exactClock(timeZone: string): (seconds: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (seconds) => {
    const parts = format.formatToParts(seconds * 1000);
    const partOf = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    const day = Date.UTC(partOf('year'), partOf('month') - 1, partOf('day'));
    return day / 1000 + partOf('hour') * 3600 + partOf('minute') * 60 + partOf('second');
  };
}

/** Of a local time, as if it were UTC, the seconds of UTC. */
export function zoneReader(timeZone: string): (seconds: number) => number {
  const localOf = exactClock(timeZone);
  return (local) => {
    const guess = 2 * local - localOf(local);
    return guess + local - localOf(guess);
  };
}
