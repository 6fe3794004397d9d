// What a node does with a delivery before it trains: whether it may run it, from which checkpoints, and whether its data can
// be had. What it may not run is given back, acknowledged or taken off the queue here.
import type { CheckpointRef, Delivery, EventLog } from '../../src/bus/bus.js';
import { asSweepError, type ErrorCode } from '../../src/errors.js';
import type { Logger } from '../../src/log.js';
import { runnerOf } from '../runners/registry.js';
import { type Patience, withPatience } from './bus-retry.js';
import type { DatasetCache } from './dataset-cache.js';
import type { WorkerIdentity } from './node-presence.js';
import type { ProgramCache } from './program-cache.js';
import { judgeHistory } from './trial-history.js';
import { GIVE_BACK_MS, TrialRefusals } from './trial-refusals.js';

/** The checkpoints to run from, newest first; or `settled`: its history says so; or `refused`: it is for others to run. */
export type Admission = readonly CheckpointRef[] | 'settled' | 'refused';

export interface TrialAdmissionOptions {
  readonly bus: EventLog;
  readonly identity: WorkerIdentity;
  readonly patience: Patience;
  readonly logger: Logger;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly datasets?: DatasetCache;
  readonly programs?: ProgramCache;
  /** False once the node takes no more trials. */
  isServing(): boolean;
}

/** Failures of the bus itself, for every trial: what stands in the way is for the node to end on. */
const NO_TRY_MENDS: ReadonlySet<ErrorCode> = new Set([
  'BUS_AUTHENTICATION',
  'BUS_FORBIDDEN',
  'BUS_CONFIGURATION',
]);

export class TrialAdmission {
  private readonly refusals: TrialRefusals;

  constructor(private readonly options: TrialAdmissionOptions) {
    this.refusals = new TrialRefusals(options);
  }

  /** Trials of this study are taken off the queue for a while. */
  cancel(study: string): void {
    this.refusals.cancel(study);
  }

  async admit(delivery: Delivery): Promise<Admission> {
    await this.refusals.forgetResumed(delivery.message.study);
    const refusal = this.refuse(delivery);
    if (refusal !== null) {
      await refusal;
      return 'refused';
    }
    const checkpoints = delivery.redelivered ? await this.judge(delivery) : delivery.message.checkpoints;
    if (checkpoints === null) return 'settled';
    return (await this.provideDataset(delivery)) ? checkpoints : 'refused';
  }

  /** Deals with a trial that this node may not run now; null when it may. */
  refuse(delivery: Delivery): Promise<void> | null {
    if (!this.options.isServing()) return this.patiently(() => delivery.nak(0));
    return this.refusals.refuse(delivery);
  }

  /** The checkpoints to run a redelivered trial from, or null when it was dealt with without training. */
  private async judge(delivery: Delivery): Promise<readonly CheckpointRef[] | null> {
    const { study, trial, since } = delivery.message;
    const events = await this.patiently(() => this.options.bus.trialEvents(study, trial, since));
    const verdict = judgeHistory(events, delivery.message);
    switch (verdict.type) {
      case 'free':
        return verdict.checkpoints;
      case 'over':
        await this.patiently(() => delivery.ack());
        return null;
      case 'held':
        // At work, or lost: that is for the coordinator to find. If lost, it records so, and this delivery is over.
        await this.patiently(() => delivery.nak(GIVE_BACK_MS));
        return null;
    }
  }

  /** Without its data a trial goes back; that is no fault of the trial. */
  private async provideDataset(delivery: Delivery): Promise<boolean> {
    const { datasets, programs, logger, patience } = this.options;
    try {
      await datasets?.provide(delivery.message, patience);
      await programs?.provide(delivery.message, patience);
      return true;
    } catch (thrown) {
      const error = asSweepError(thrown);
      if (NO_TRY_MENDS.has(error.code)) throw error;
      const what =
        runnerOf(delivery.message.config).filesOf(delivery.message.config) === null ? 'dataset' : 'program';
      logger.error(`the ${what} cannot be had`, { error: error.message, hint: error.hint });
      await this.refusals.giveBack(delivery, 'dataset', `has no ${what}: ${error.message}`);
      return false;
    }
  }

  private patiently<Value>(operation: () => Promise<Value>): Promise<Value> {
    return withPatience(operation, this.options.patience);
  }
}
