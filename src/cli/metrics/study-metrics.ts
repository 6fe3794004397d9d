// What Prometheus reads of a study: counts of its trials by state, its best objective, what failed. Read from the view when
// it is asked for.
import { Counter, Gauge, type Registry } from 'prom-client';
import { countTrials, type StudyView } from '../../study/study-view.js';

const STATES = ['pending', 'running', 'complete', 'pruned', 'failed'] as const;

export function serveStudy(registry: Registry, study: string, view: () => StudyView): void {
  const registers = [registry];
  new Gauge({
    name: 'sweep_study_trials',
    help: 'Trials of the study by state.',
    labelNames: ['study', 'state'],
    registers,
    collect() {
      const counts = countTrials(view());
      for (const state of STATES) this.set({ study, state }, counts[state]);
    },
  });
  new Gauge({
    name: 'sweep_study_cached_trials',
    help: 'Complete trials that were taken from the result cache.',
    labelNames: ['study'],
    registers,
    collect() {
      this.set({ study }, view().cached);
    },
  });
  new Gauge({
    name: 'sweep_study_state',
    help: '1 for the state that the study is in.',
    labelNames: ['study', 'state'],
    registers,
    collect() {
      this.reset();
      this.set({ study, state: view().state }, 1);
    },
  });
  new Gauge({
    name: 'sweep_study_best_objective',
    help: 'Objective of the best row; absent before there is one.',
    labelNames: ['study', 'metric'],
    registers,
    collect() {
      const { rows, header } = view();
      const [best] = rows;
      this.reset();
      if (best !== undefined) this.set({ study, metric: header?.metric ?? 'objective' }, best.objective);
    },
  });
  new Counter({
    name: 'sweep_study_failed_attempts_total',
    help: 'Attempts of trials that ended in an error, by its code.',
    labelNames: ['study', 'code'],
    registers,
    collect() {
      this.reset();
      for (const [code, { attempts }] of view().failures) this.inc({ study, code }, attempts);
    },
  });
}
