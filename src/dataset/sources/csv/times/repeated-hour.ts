// The hour that a clock shows twice in autumn: local times alone do not say which of the two a row is of, the rows before do.

const HOUR = 3600;

export class RepeatedHour {
  private last = Number.NaN;
  private isWithin = false;

  /** `localOf`: the local time of seconds since 1970. */
  constructor(private readonly localOf: (seconds: number) => number) {}

  /** Of a row that was read as one of the second hour: an hour earlier, while no row of the first one stood before. */
  settle(seconds: number): number {
    const earlier = seconds - HOUR;
    // Only behind a step of more than an hour the first of the two begins: other rows cost nothing.
    const isNear = this.isWithin || seconds - this.last > HOUR;
    this.isWithin = isNear && earlier > this.last && this.localOf(earlier) === this.localOf(seconds);
    this.last = this.isWithin ? earlier : seconds;
    return this.last;
  }
}
