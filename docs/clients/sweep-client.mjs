// Copy this file beside your script: parameters in, metrics out, a checkpoint kept. No package to install.
import { existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const { env } = process;
export const params = JSON.parse(env.SWEEP_PARAMS ?? '{}');
export const seed = Number(env.SWEEP_SEED ?? 0);
export const epochs = Number(env.SWEEP_EPOCHS ?? 1);
export const checkpointDir = env.SWEEP_CHECKPOINT_DIR ?? '.';

/** Tells of an epoch, from 1. Save the checkpoint before: another attempt goes on from the newest. */
export function report(epoch, metrics) {
  writeSync(Number(env.SWEEP_METRICS_FD ?? 1), `${JSON.stringify({ epoch, ...metrics })}\n`);
}

export function shouldStop() {
  return existsSync(join(env.SWEEP_DIR ?? '.', 'stop'));
}
