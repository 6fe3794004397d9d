// Loaded with --import: this process' wall clock is wrong by SWEEP_TEST_CLOCK_SHIFT_MS, in every thread. Timers and
// performance.now() are right, as on a machine whose clock was set wrong.
const shiftMs = Number(process.env.SWEEP_TEST_CLOCK_SHIFT_MS ?? 0);
const RightDate = Date;

class ShiftedDate extends RightDate {
  // biome-ignore lint/suspicious/noExplicitAny: Date's constructor takes what it is given
  constructor(...args: any[]) {
    if (args.length === 0) super(RightDate.now() + shiftMs);
    else super(...(args as [number]));
  }

  static override now(): number {
    return RightDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
