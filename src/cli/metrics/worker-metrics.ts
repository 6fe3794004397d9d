// What Prometheus reads of a worker: its slots, and the trials that it ended.
import { Counter, Gauge, type Registry } from 'prom-client';

export interface WorkerMetrics {
  onReady(worker: string, slots: number): void;
  onTrial(outcome: string): void;
}

export function serveWorker(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const slots = new Gauge({
    name: 'sweep_worker_slots',
    help: 'Trials that this worker runs at once.',
    labelNames: ['worker'],
    registers,
  });
  const trials = new Counter({
    name: 'sweep_worker_trials_total',
    help: 'Attempts of trials that ended here, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  return {
    onReady: (worker, count) => slots.set({ worker }, count),
    onTrial: (outcome) => trials.inc({ outcome }),
  };
}
