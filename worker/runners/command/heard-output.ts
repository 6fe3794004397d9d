// What a program says of its metrics among all that it writes; the last of the rest is kept for whoever asks why it failed.
import {
  type MetricLine,
  readGroups,
  readMetricLine,
  readOutputLine,
} from '../../../src/program/metric-line.js';
import { BoundedPattern } from './bounded-pattern.js';
import { LONGEST_LINE, OutputTail } from './output.js';

export interface HeardLine {
  readonly found: MetricLine;
  readonly line: string;
}

export class HeardOutput {
  readonly tail = new OutputTail();
  /** Gone once it took too long. */
  private pattern: BoundedPattern | null;

  /** `pattern`: of the sweep file; undefined: none. */
  constructor(pattern: string | undefined) {
    this.pattern = pattern === undefined ? null : new BoundedPattern(pattern);
  }

  /** Of its output. Throws TRIAL_BAD_INPUT where the pattern takes too long. */
  inOutput(lines: readonly string[], isStandard: boolean): readonly HeardLine[] {
    const matches = this.match(lines);
    return lines.flatMap((line, place) => {
      const told = isStandard ? toldIn(line) : [];
      if (told.length > 0) return told;
      this.tail.add(line);
      const match = matches[place];
      const found = readGroups(match?.groups);
      return found === null ? [] : [{ found, line: match?.drawn ?? line }];
    });
  }

  /** Of what is for metrics alone. */
  inMetrics(lines: readonly string[]): readonly HeardLine[] {
    return lines.flatMap((line) => {
      const found = readMetricLine(line);
      if (found !== null) return [{ found, line }];
      this.tail.add(line);
      if (line.length === LONGEST_LINE)
        this.tail.add(
          `(a line longer than ${LONGEST_LINE} characters was cut there: it tells of no metrics)`,
        );
      return [];
    });
  }

  private match(lines: readonly string[]): ReturnType<BoundedPattern['find']> {
    try {
      return this.pattern?.find(lines) ?? [];
    } catch (thrown) {
      this.pattern = null;
      for (const line of lines) this.tail.add(line);
      throw thrown;
    }
  }
}

/** A line that is drawn over itself may tell of metrics each time. */
function toldIn(line: string): readonly HeardLine[] {
  return line.split('\r').flatMap((drawn) => {
    const found = readOutputLine(drawn);
    return found === null ? [] : [{ found, line: drawn }];
  });
}
