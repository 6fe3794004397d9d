// What is said of a sweep before it starts, where a study of its name was before: how much of it is computed already.
import type { BlobStore, Bus, ResultStore } from '../../bus/bus.js';
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
  /** The results of this machine, where the bus is another; null: there are none. */
  readonly home: (BlobStore & ResultStore) | null;
  readonly spec: SweepSpec;
  readonly dataset: DatasetMetadata | null;
  readonly engine: WasmEngine;
  readonly logger: Logger;
}

/** Against the study that the sweep was made of, or the latest of its name; null: there is none, or nothing can be told. */
export async function findChanges(options: ChangesOptions): Promise<PlanChanges | null> {
  const { bus, home, spec, dataset, engine, logger } = options;
  try {
    const { parent } = spec;
    if (parent?.by === 'promote') return null;
    const against =
      parent?.by === 'extend' ? parent.study : latestOfName(await bus.listStudies(), spec.name)?.study;
    if (against === undefined) return null;
    const plan = planStudy(spec, dataset, engine);
    return await comparePlan({ bus, home, plan, enqueued: spec.enqueue?.length ?? 0, against, logger });
  } catch (thrown) {
    // It is a note: an earlier study that cannot be read keeps nobody from starting another.
    logger.warn('the sweep is not compared with its latest study', { error: asSweepError(thrown).message });
    return null;
  }
}

/**
 * `12 trials cached, 4 new, 2 gone (against quick-7f3a)`, and how many of the new go on from a shorter training; with
 * `tellsBeginnings` also how many do not, and why.
 */
export function changesText(changes: PlanChanges, tellsBeginnings = false): string {
  const { against, cached, new: added, continued, bound, gone } = changes;
  const lost = added - continued - bound;
  const beginnings = [
    ...(continued === 0 ? [] : [`${continued} of the new go on from where a shorter training ended`]),
    ...(bound === 0 || !tellsBeginnings
      ? []
      : [`${bound} train from the start, as their learning rate follows the number of epochs`]),
    ...(lost === 0 || !tellsBeginnings
      ? []
      : [`${lost} train from the start, as nothing is kept that they could go on from`]),
  ];
  const text = `${countOf(cached, 'trial')} cached, ${added} new, ${gone} gone (against ${against})`;
  return [text, ...beginnings].join('; ');
}
