// One trial as a process, from its start to the end of all that it started.
//
// running ──exit────────────────────────────────▶ ended: what is left of its group, or has its mark, is killed
//    ├─ stop ordered, time limit, or past the epoch it waits at ─▶ asked to end (stop file, SIGTERM to the group) ──exit──▶ ended
//    │                                        └── after the grace time: SIGKILL ──▶ ended
//    └─ more memory or disk than it may have, or a value that is not finite: SIGKILL ──▶ ended
// The end of the process is the end of its metrics: whoever of its children holds the pipes open is killed, not waited for.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { DivergedTrial } from '../../../src/engine/training/diverged-trial.js';
import { asSweepError, SweepError } from '../../../src/errors.js';
import type { BundledFile } from '../../../src/program/bundle.js';
import type { MetricLine } from '../../../src/program/metric-line.js';
import { TrialScore } from '../../../src/program/trial-score.js';
import type { CommandConfig } from '../../../src/study/trial/trial.js';
import { startTimer } from '../../../src/timer.js';
import { formatDuration } from '../../../src/wording/duration.js';
import { type ProgramCheckpoint, pausedOutcome } from '../program-files.js';
import type { RunnerHooks, RunnerTrial, RunOutcome } from '../runner.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import { assertHandable, type Exit, failureOf } from './exit.js';
import { FollowedFile } from './followed-file.js';
import type { Guardian } from './guardian.js';
import { type HeardLine, HeardOutput } from './heard-output.js';
import { LineReader } from './output.js';
import { Bystanders, killAll, memoryOf, signalGroup } from './process-tree.js';
import { sizeOf, type Workplace } from './workplace.js';

const LOOK_EVERY_MS = 20;
const WEIGH_EVERY_MS = 250;
/** For the pipes to be read out when nobody holds them any more. */
const PIPES_CLOSE_WITHIN_MS = 1_000;
const METRICS_FD = 3;

type Finding = (lines: readonly string[]) => readonly HeardLine[];

/** Why it is ended by us. */
type Ending = 'prune' | 'interrupt' | 'pause' | SweepError;

export class CommandRun {
  private readonly score: TrialScore;
  private readonly keeper: CheckpointKeeper;
  private readonly output: HeardOutput;
  private readonly metricsFile: FollowedFile | null;
  private readonly readers: LineReader[] = [];
  private ending: Ending | null = null;
  /** Of the epoch it waits at, as it was when it told of that. */
  private waiting: readonly BundledFile[] | null = null;
  private hasExited = false;
  private group = 0;
  private readonly bystanders = new Bystanders();
  private readonly stopTimers: (() => void)[] = [];

  constructor(
    private readonly trial: RunnerTrial<CommandConfig>,
    private readonly workplace: Workplace,
    private readonly guardian: Guardian,
    private readonly hooks: RunnerHooks,
    checkpoint: ProgramCheckpoint | null,
  ) {
    const { config, objective, until } = trial;
    const { score = null, from = 0 } = checkpoint ?? {};
    this.score = new TrialScore(objective, () => performance.now(), { state: score, from, until });
    this.keeper = new CheckpointKeeper(config, workplace.checkpoint, hooks, checkpoint);
    const { metricsFile } = config;
    this.metricsFile =
      metricsFile === undefined
        ? null
        : new FollowedFile(
            resolve(workplace.directory, metricsFile),
            this.lines((lines) => this.output.inMetrics(lines)),
          );
    this.output = new HeardOutput(config.pattern);
  }

  async run(): Promise<RunOutcome> {
    const { mark, folder } = this.workplace;
    this.guardian.watch(mark, folder);
    try {
      return this.settle(await this.follow(this.start()));
    } finally {
      this.guardian.release();
    }
  }

  private start(): ChildProcess {
    const { argv, directory, environment } = this.workplace;
    assertHandable(argv, environment);
    this.hooks.onTrace?.('command', JSON.stringify(argv));
    this.hooks.onTrace?.('directory', directory);
    const [program = '', ...words] = argv;
    const child = spawn(program, words, {
      cwd: directory,
      env: environment,
      // A group of its own, for all that it starts.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.group = child.pid ?? 0;
    if (child.pid !== undefined) this.guardian.watchGroup(child.pid);
    this.read(child.stdout, (lines) => this.output.inOutput(lines, true));
    this.read(child.stderr, (lines) => this.output.inOutput(lines, false));
    this.read(child.stdio[METRICS_FD] as Readable | undefined, (lines) => this.output.inMetrics(lines));
    return child;
  }

  private read(stream: Readable | null | undefined, find: Finding): void {
    stream?.on('data', this.lines(find));
    // A pipe that breaks has said all it will.
    stream?.on('error', () => {});
  }

  private lines(find: Finding): (bytes: Buffer) => void {
    const reader = new LineReader((lines) => this.hearAll(() => find(lines)));
    this.readers.push(reader);
    return (bytes) => reader.push(bytes);
  }

  /** Resolves when the process has ended, nothing is left of it, and all that it wrote is read. */
  private follow(child: ChildProcess): Promise<Exit> {
    this.watch();
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    return new Promise<Exit>((done) => {
      child.once('error', (error) => done({ error, code: null, signal: null }));
      child.once('exit', (code, signal) => done({ error: null, code, signal }));
    }).then(async (exit) => {
      this.hasExited = true;
      for (const stop of this.stopTimers) stop();
      if (exit.error !== null) return exit;
      killAll(this.group, this.workplace.mark, this.bystanders);
      let stopWaiting = (): void => {};
      const late = new Promise<void>((done) => {
        stopWaiting = startTimer(PIPES_CLOSE_WITHIN_MS, done);
      });
      await Promise.race([closed, late]);
      stopWaiting();
      for (const stream of child.stdio) stream?.destroy();
      this.metricsFile?.read();
      // A line without its end is whole only if the program ended by itself.
      if (exit.signal === null) for (const reader of this.readers) reader.end();
      return exit;
    });
  }

  private watch(): void {
    const { timeLimitMs, config } = this.trial;
    const look = setInterval(() => this.obey(), LOOK_EVERY_MS);
    this.stopTimers.push(() => clearInterval(look));
    const { memoryBytes, diskBytes, metricsFile } = config;
    if (memoryBytes !== null || diskBytes !== null || metricsFile !== undefined) {
      const weigh = setInterval(() => this.weigh(), WEIGH_EVERY_MS);
      this.stopTimers.push(() => clearInterval(weigh));
    }
    if (timeLimitMs === null) return;
    this.stopTimers.push(startTimer(timeLimitMs, () => this.askToEnd(overTime(timeLimitMs))));
  }

  /** Whether it was told to stop. A prune waits for its first value. */
  private obey(): void {
    const request = this.hooks.stopRequest();
    if (request === 'interrupt') this.askToEnd('interrupt');
    if (request === 'prune' && this.score.hasValue) this.askToEnd('prune');
  }

  private weigh(): void {
    this.metricsFile?.read();
    const { memoryBytes, diskBytes } = this.trial.config;
    const heldBytes = memoryBytes === null ? null : memoryOf(this.group);
    if (memoryBytes !== null && heldBytes !== null && heldBytes > memoryBytes)
      this.endNow(overLimit('TRIAL_OUT_OF_MEMORY', 'memory', heldBytes, memoryBytes, 'memoryMb'));
    const usedBytes = diskBytes === null ? 0 : sizeOf(this.workplace.folder);
    if (diskBytes !== null && usedBytes > diskBytes)
      this.endNow(overLimit('TRIAL_OUT_OF_DISK', 'disk', usedBytes, diskBytes, 'diskMb'));
  }

  private askToEnd(ending: Ending): void {
    if (this.hasExited || this.ending !== null) {
      // Given back, it can still be stopped later.
      if (this.ending === 'prune' && ending === 'interrupt') this.ending = ending;
      return;
    }
    this.ending = ending;
    try {
      writeFileSync(this.workplace.stopFile, '');
    } catch {
      // The signal says the same.
    }
    signalGroup(this.group, 'SIGTERM');
    // One that was halted hears of it as well.
    signalGroup(this.group, 'SIGCONT');
    const { graceMs } = this.trial.config;
    this.stopTimers.push(startTimer(graceMs, () => signalGroup(this.group, 'SIGKILL')));
  }

  private endNow(failure: SweepError): void {
    if (this.hasExited || this.ending instanceof SweepError) return;
    this.ending = failure;
    signalGroup(this.group, 'SIGKILL');
  }

  private hearAll(heard: () => readonly HeardLine[]): void {
    try {
      for (const { found, line } of heard()) this.hear(found, line);
    } catch (thrown) {
      const error = asSweepError(thrown);
      // What can be read no more is no matter for one that was told to end: it ends as it was told to.
      if (this.ending !== null && error.code !== 'TRIAL_DIVERGED') return;
      if (this.hasExited) this.ending = error;
      else this.endNow(error);
    }
  }

  private hear(found: MetricLine, line: string): void {
    // What follows the order to stop does not count; of one that is given back it is what its checkpoint holds.
    if (this.ending !== null && this.ending !== 'interrupt') return;
    this.hooks.onTrace?.('metrics', line);
    const reports = this.score.take(found);
    for (const report of reports) this.hooks.onReport(report);
    if (reports.length > 0) this.hooks.onProgress();
    if (!this.hasExited) this.obey();
    if (this.ending === null && found.metrics[this.trial.objective.metric] !== undefined) this.keep();
  }

  /** One that has come to where it waits ends by itself, as it knows its budget; one that does not is ended at its next epoch. */
  private keep(): void {
    const { until } = this.trial;
    if (this.score.isPast) this.askToEnd('pause');
    else if (this.score.state.epochs === until) this.waiting = this.keeper.take();
    else this.keeper.offer(this.score);
  }

  private settle(exit: Exit): RunOutcome {
    const output = this.output.tail.text;
    this.hooks.onTrace?.('exit', exit.error?.message ?? exit.signal ?? String(exit.code));
    if (output !== undefined) this.hooks.onTrace?.('output', output);
    if (this.ending === 'interrupt') {
      this.keeper.store(this.score);
      return { type: 'interrupted', epoch: this.keeper.epoch };
    }
    if (this.ending instanceof SweepError) throw this.failure(this.ending, output);
    const isAsked = this.ending === 'prune' || this.ending === 'pause';
    const failure = isAsked ? null : failureOf(exit, this.workplace);
    if (failure !== null) throw this.failure(failure, output);
    try {
      const { until } = this.trial;
      if (until !== undefined && this.ending !== 'prune') return this.pause(until);
      // One that began anew and ended within what was told of before, as it takes its budget in one piece.
      if (this.ending === null && !this.score.hasTold) this.useUp(this.trial.config.epochs ?? 0);
      const result = this.score.result(this.ending === 'prune' ? 'PRUNED' : 'COMPLETE');
      return { type: 'finished', result, model: null };
    } catch (thrown) {
      throw this.failure(asSweepError(thrown), output);
    }
  }

  /** It has used up its budget: what it left, unless it has gone on since, is what it goes on from. */
  private pause(until: number): RunOutcome {
    this.useUp(until);
    const files = (this.ending === 'pause' ? this.waiting : null) ?? this.keeper.take();
    const from = files.length === 0 ? 0 : Math.min(this.score.own, until);
    return pausedOutcome(this.trial.config, this.score, { from, files });
  }

  private useUp(budget: number): void {
    for (const report of this.score.useUp(budget)) this.hooks.onReport(report);
  }

  private failure({ code, message, hint }: SweepError, output: string | undefined): SweepError {
    const error = new SweepError(code, message, { hint, output });
    return code === 'TRIAL_DIVERGED' && this.score.hasValue
      ? new DivergedTrial({ result: this.score.result('PRUNED'), model: null }, error)
      : error;
  }
}

function overTime(timeLimitMs: number): SweepError {
  return new SweepError(
    'TRIAL_TIME_LIMIT',
    `the trial ran longer than its limit of ${formatDuration(timeLimitMs)}`,
    { hint: 'raise limits.trialTimeout in the sweep file' },
  );
}

function overLimit(
  code: 'TRIAL_OUT_OF_MEMORY' | 'TRIAL_OUT_OF_DISK',
  what: string,
  usedBytes: number,
  limitBytes: number,
  field: string,
): SweepError {
  const [used, limit] = [usedBytes, limitBytes].map((bytes) => Math.ceil(bytes / 2 ** 20));
  return new SweepError(code, `its program took ${used} MiB of ${what}, and may have ${limit}`, {
    hint: `raise objective.${field} in the sweep file, or make the program smaller`,
  });
}
