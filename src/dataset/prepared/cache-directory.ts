// The folder of prepared data, made where it is not there.
import { machineLimitOf, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';

/** Throws MACHINE_LIMIT or USAGE, naming the folder, where it cannot be made. */
export function makeCacheDirectory(path: string): void {
  try {
    makeDirectories(path);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw (
      machineLimitOf(thrown, path) ??
      new SweepError('USAGE', `the folder for prepared data cannot be made: ${reason}`, {
        path,
        hint: 'SWEEP_CACHE names a folder that is there, or that can be made',
        cause: thrown,
      })
    );
  }
}
