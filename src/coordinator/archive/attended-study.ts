// A study with who acts on it: its log cannot tell that its coordinator was killed, only the lease can.
import type { Bus } from '../../bus/bus.js';
import { StudyFold } from '../../study/fold.js';
import { emptyView, hasEnded, type StudyView } from '../../study/study-view.js';
import { type LiveWorker, type Pace, PaceMeter, servingWorkers } from './study-pace.js';

export interface AttendedStudy {
  readonly view: StudyView;
  readonly meter: PaceMeter;
  /** Who acts on it now; null for nobody. */
  readonly coordinator: string | null;
  /** It goes on only when someone resumes it, whatever its state says. */
  readonly isAbandoned: boolean;
  /** Now, by the clock of the log; null when nobody acts on it. */
  readonly nowMs: number | null;
}

/** How fast it goes now, with the workers that are alive. */
export function measurePace(
  bus: Pick<Bus, 'hasRemoteWorkers'>,
  { view, meter, nowMs }: AttendedStudy,
  live: readonly LiveWorker[],
): Pace {
  return meter.measure(view, servingWorkers(live, view.coordinator, bus.hasRemoteWorkers), nowMs);
}

export async function readAttended(bus: Bus, study: string, rowLimit?: number): Promise<AttendedStudy> {
  const fold = new StudyFold(emptyView(rowLimit));
  const meter = new PaceMeter();
  const catchUp = async (): Promise<void> => {
    for await (const logged of bus.events(study, { from: fold.view.lastSeq + 1 })) {
      if (fold.apply(logged)) meter.observe(logged);
    }
  };
  await catchUp();
  // Only a coordinator leads out of such a state.
  const isOpen = (): boolean => !hasEnded(fold.view.state) && fold.view.state !== 'interrupted';
  const coordinator = isOpen() ? await bus.readLeaseHolder(study) : null;
  // It may have ended, and let go, between the two looks.
  if (isOpen() && coordinator === null) await catchUp();
  return {
    view: fold.view,
    meter,
    coordinator,
    isAbandoned: isOpen() && coordinator === null,
    nowMs: coordinator === null ? null : await bus.readClock(),
  };
}
