// The training curves of finished trials. A trial that came from the result cache has none in its study's log: they are
// in the log of the study that computed it.
import type { EventLog, StudyStore } from '../../bus/bus.js';
import type { SeedResult } from '../../study/finished-row.js';
import { HolderCheck } from '../../study/holder-check.js';
import { EpochReports } from '../../study/trial/epoch-reports.js';
import type { EpochReport } from '../../study/trial/trial.js';

/** By trial; a trial whose log is gone or was cut is missing. Of cached ones other studies are read, newest first. */
export async function readTrialCurves(
  bus: EventLog & StudyStore,
  study: string,
  seeds: readonly SeedResult[],
): Promise<ReadonlyMap<string, readonly EpochReport[]>> {
  const curves = new Map<string, readonly EpochReport[]>();
  const others = (await bus.listStudies())
    .filter((record) => record.study !== study)
    .sort((left, right) => right.createdAt.localeCompare(left.createdAt))
    .map((record) => record.study);
  for (const source of [study, ...others]) {
    const missing = seeds.filter(({ trial, cached }) => !curves.has(trial) && (source === study || cached));
    if (missing.length === 0) break;
    const reports = new EpochReports(new Set(missing.map(({ trial }) => trial)));
    const holders = new HolderCheck();
    for await (const logged of bus.events(source)) if (holders.admits(logged)) reports.add(logged);
    for (const { trial, result } of missing) {
      const curve = reports.of(trial, result.epochs);
      if (curve !== null) curves.set(trial, curve);
    }
  }
  return curves;
}
