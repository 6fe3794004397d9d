// What `sweep watch` does: the live view of a study that runs elsewhere, or its lines as they come; then its leaderboard.
import { listenForInterrupts } from '../../../worker/interrupts.js';
import type { Bus } from '../../bus/bus.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix, openOwnBus, openReadingBus } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { createCliLogger } from '../terminal/cli-logger.js';
import { LiveView } from '../terminal/live/live-view.js';
import { orderStudy } from '../terminal/live/order-study.js';
import { formatStudy } from '../terminal/print-study.js';
import { endLine } from '../terminal/progress-display.js';
import { isInForeground } from '../terminal/screen/foreground.js';
import type { ViewTerminal } from '../terminal/screen/view-terminal.js';
import { StudyFollower } from './study-follower.js';

/** About what a terminal shows at once. */
const ROWS_AT_END = 20;

export interface WatchOptions extends BusFlags {
  readonly plain?: boolean;
}

export async function watchStudy(
  context: CliContext,
  argument: string,
  options: WatchOptions,
): Promise<number> {
  const bus = await openReadingBus(context, options, createCliLogger(context));
  try {
    const { study } = await findStudy(bus, argument);
    const terminal = options.plain === true || context.stdout.isTTY !== true ? null : context.viewTerminal;
    const follower =
      terminal !== null && isInForeground()
        ? await watchView(context, bus, study, terminal, options)
        : await watchLines(context, bus, study);
    const { view } = follower;
    if (view.header === null) return 0;
    const selection = context.stdout.isTTY === true ? { top: ROWS_AT_END } : {};
    context.stdout.write(formatStudy(context, view, 'table', options, selection));
    if (follower.attendance === 'nobody' || view.state === 'interrupted')
      context.stderr.write(
        `nobody runs it; go on with: sweep resume ${study}${busSuffix(context, options)}\n`,
      );
    return 0;
  } finally {
    await bus.close();
  }
}

async function watchView(
  context: CliContext,
  bus: Bus,
  study: string,
  terminal: ViewTerminal,
  options: WatchOptions,
): Promise<StudyFollower> {
  const follower = new StudyFollower(bus, study);
  const orders = new OrderBus(context, bus, options);
  const view = new LiveView({
    context,
    terminal,
    source: () => follower.source(),
    order: async (action) => orderStudy(await orders.open(), study, action, follower.view.state),
    onLeft: () => follower.close(),
    resumeCommand: `sweep resume ${study}${busSuffix(context, options)}`,
    leaving: 'leave the view: the study goes on where it runs (Ctrl-C does the same)',
  });
  const interrupts = listenForInterrupts({ onFirst: () => follower.close(), onSecond: () => view.close() });
  view.open();
  try {
    await follower.follow();
    return follower;
  } finally {
    view.close();
    interrupts.release();
    await orders.close();
  }
}

/** A line for each trial that ends, until the study does, or nobody runs it. */
async function watchLines(context: CliContext, bus: Bus, study: string): Promise<StudyFollower> {
  let isTold = false;
  const follower: StudyFollower = new StudyFollower(bus, study, {
    onNews: ({ event }, view) => {
      const line = endLine(event, view);
      if (line !== null) context.stdout.write(`${line}\n`);
      if (follower.isOver) follower.close();
    },
    onLook: () => {
      if (!isTold && !follower.isOver) context.stderr.write(`watching ${study}\n`);
      isTold = true;
      if (follower.isOver) follower.close();
    },
  });
  const interrupts = listenForInterrupts({ onFirst: () => follower.close(), onSecond: () => {} });
  try {
    await follower.follow();
    return follower;
  } finally {
    interrupts.release();
  }
}

/** What gives orders: over NATS a bus of its own, with a coordinator's rights, opened when the first one is given. */
class OrderBus {
  #own: Promise<Bus> | null = null;

  constructor(
    private readonly context: CliContext,
    private readonly reading: Bus,
    private readonly options: BusFlags,
  ) {}

  async open(): Promise<Bus> {
    if (!this.reading.hasRemoteWorkers) return this.reading;
    this.#own ??= openOwnBus(this.context, this.options, createCliLogger(this.context));
    this.#own.catch(() => {
      this.#own = null;
    });
    return this.#own;
  }

  async close(): Promise<void> {
    await (await this.#own)?.close();
  }
}
