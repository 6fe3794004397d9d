// Collects all that is wrong with a sweep file and ends in one SweepError. One problem per path: the first one found.
import { type ErrorCode, SweepError } from '../errors.js';
import { formatPath, type JsonPath } from '../schema/json-path.js';

/** Where a path stands in the source text, for people: `gru.json:12:7`, or the option that set it; empty: nowhere. */
export type Locate = (path: JsonPath) => string;

export interface Problem {
  readonly code: ErrorCode;
  readonly path: JsonPath;
  /** What was wrong, the value, the rule; the place and the path are added. */
  readonly message: string;
  readonly hint?: string | undefined;
}

/** More than these help nobody, and a hostile file could hold a hundred thousand. */
const REPORTED_PROBLEMS = 50;

export class Problems {
  readonly #byPath = new Map<string, Problem>();

  add(problem: Problem): void {
    const key = formatPath(problem.path);
    if (!this.#byPath.has(key)) this.#byPath.set(key, problem);
  }

  /** Takes over what a function reported by throwing; rethrows what is not about the sweep file. */
  addThrown(thrown: unknown, path: JsonPath): void {
    if (!(thrown instanceof SweepError) || thrown.exitCode !== 2) throw thrown;
    this.add({ code: thrown.code, path, message: thrown.message, hint: thrown.hint });
  }

  list(): readonly Problem[] {
    return [...this.#byPath.values()];
  }

  /** The same problems at the paths where their values are written. */
  movedTo(originOf: (path: JsonPath) => JsonPath): Problems {
    const moved = new Problems();
    for (const problem of this.list()) moved.add({ ...problem, path: originOf(problem.path) });
    return moved;
  }

  throwIfAny(locate: Locate): void {
    const errors = [...this.#byPath.values()].slice(0, REPORTED_PROBLEMS).map((problem) => {
      const path = formatPath(problem.path);
      const place = locate(problem.path);
      return new SweepError(
        problem.code,
        `${place === '' ? '' : `${place}: `}${path === '' ? '' : `${path} `}${problem.message}`,
        {
          path,
          hint: problem.hint,
        },
      );
    });
    const [first, ...others] = errors;
    if (first === undefined) return;
    throw new SweepError(first.code, first.message, { path: first.path, hint: first.hint, others });
  }
}
