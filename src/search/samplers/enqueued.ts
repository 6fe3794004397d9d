// Points that whoever wrote the sweep file wants tried first, before those of its sampler. To a sampler that learns they are
// points as others are; of a space with an end none of them comes a second time.
import type { Params } from '../../study/trial/trial.js';
import type { History, Sampler } from '../sampler.js';
import type { Space } from '../space/dimension.js';
import { createPointCode } from '../space/point-code.js';

export function withEnqueued(sampler: Sampler, space: Space, points: readonly Params[]): Sampler {
  if (points.length === 0) return sampler;
  const code = createPointCode(space);
  // In the order of the space, as all proposals are.
  const first = points.map((params) => code.rules.pointOf((name) => params[name] ?? null));
  const keys = new Set(first.map((params) => code.keyOf(params)));
  /** How often the sampler was asked: a list leaves out what came first, so that its points move up. */
  let asked = 0;
  let proposed = points.length;
  const next = (history: History): Params | null => {
    for (;;) {
      const params = sampler.suggest(asked, history);
      asked += 1;
      if (params === null || !keys.has(code.keyOf(params))) return params;
    }
  };
  return {
    count: sampler.count,
    window: sampler.window,
    suggest(point, history) {
      const given = first[point];
      if (given !== undefined) return given;
      // One that learns counts all points, and never gives one that the history holds.
      if (sampler.window !== null) return sampler.suggest(point, history);
      if (point < proposed) {
        asked = 0;
        proposed = points.length;
      }
      while (proposed < point) {
        if (next(history) === null) return null;
        proposed += 1;
      }
      proposed += 1;
      return next(history);
    },
  };
}
