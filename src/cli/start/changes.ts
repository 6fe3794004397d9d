// What is said of a sweep before it starts, where a study of its name was before: how much of it is computed already.
import type { Bus } from '../../bus/bus.js';
import { comparePlan, latestOfName, type PlanChanges } from '../../coordinator/plan/plan-changes.js';
import { planStudy } from '../../coordinator/plan/spec-plan.js';
import type { DatasetMetadata } from '../../dataset/dataset.js';
import type { WasmEngine } from '../../engine/wasm/wasm-engine.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { countOf } from '../../wording/plural.js';

export interface ChangesOptions {
  readonly bus: Bus;
  readonly spec: SweepSpec;
  readonly dataset: DatasetMetadata | null;
  readonly engine: WasmEngine;
  readonly logger: Logger;
}

/** Against the study that the sweep was made of, or the latest of its name; null: there is none, or nothing can be told. */
export async function findChanges(options: ChangesOptions): Promise<PlanChanges | null> {
  const { bus, spec, dataset, engine, logger } = options;
  try {
    const { parent } = spec;
    if (parent?.by === 'promote') return null;
    const against =
      parent?.by === 'extend' ? parent.study : latestOfName(await bus.listStudies(), spec.name)?.study;
    if (against === undefined) return null;
    return await comparePlan(bus, planStudy(spec, dataset, engine), against, logger);
  } catch (thrown) {
    // It is a note: an earlier study that cannot be read keeps nobody from starting another.
    logger.warn('the sweep is not compared with its latest study', { error: asSweepError(thrown).message });
    return null;
  }
}

/** `12 trials cached, 4 new, 2 gone (against quick-7f3a)` */
export function changesText({ against, cached, new: added, gone }: PlanChanges): string {
  return `${countOf(cached, 'trial')} cached, ${added} new, ${gone} gone (against ${against})`;
}
