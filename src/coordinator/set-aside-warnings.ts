// Tells whoever runs a study of the records of its log that were set aside: each by name, a flood of them by its number.
import type { Logger } from '../log.js';
import { describeSetAside, type SetAsideRecords } from '../study/set-aside.js';

const LINES = 10;
const SAY_EVERY = 1_000;

export class SetAsideWarnings {
  private told = 0;

  constructor(private readonly logger: Logger) {}

  /** One record more was set aside. */
  tell({ count, records }: SetAsideRecords): void {
    const next = records[this.told];
    this.told += 1;
    if (next !== undefined && this.told <= LINES)
      this.logger.warn(`a record of the event log was set aside: ${describeSetAside(next)}`);
    else if (this.told === LINES + 1 || this.told % SAY_EVERY === 0)
      this.logger.warn(`${count} records of the event log were set aside: sweep status names the first`);
  }
}
