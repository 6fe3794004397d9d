// All runners by the kind of a trial's config. A new objective is one file here and one row; nobody else in this room asks
// which kind a trial is.
import type { TrialConfig } from '../../src/study/trial/trial.js';
import { commandRunner } from './command/command.js';
import { functionRunner } from './function.js';
import { moduleRunner } from './module.js';
import type { Runner, RunnerEntry, RunnerSettings } from './runner.js';
import { trainRunner } from './train.js';

type Kind = TrialConfig['kind'];

const RUNNERS: { readonly [K in Kind]: RunnerEntry<Extract<TrialConfig, { kind: K }>> } = {
  train: trainRunner,
  function: functionRunner,
  command: commandRunner,
  module: moduleRunner,
};

export function runnerOf(config: TrialConfig): RunnerEntry<TrialConfig> {
  // The row of a kind takes that kind's config: what TypeScript cannot follow through an index.
  return RUNNERS[config.kind] as RunnerEntry<TrialConfig>;
}

/** The runners of one thread, each opened by the first trial of its kind. */
export class OpenRunners {
  private readonly opened = new Map<Kind, Runner<TrialConfig>>();

  constructor(private readonly settings: RunnerSettings) {}

  for(config: TrialConfig): Runner<TrialConfig> {
    const runner = this.opened.get(config.kind) ?? runnerOf(config).open(this.settings);
    this.opened.set(config.kind, runner);
    return runner;
  }
}
