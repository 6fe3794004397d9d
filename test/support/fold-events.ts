// A whole log, or one more event, folded at once and into a view of its own.
import type { LoggedEvent } from '../../src/study/events.js';
import { StudyFold } from '../../src/study/fold.js';
import { emptyView, type StudyView } from '../../src/study/study-view.js';

export function foldEvents(events: Iterable<LoggedEvent>, from: StudyView = emptyView()): StudyView {
  const fold = new StudyFold(from);
  for (const logged of events) fold.apply(logged);
  return fold.view;
}
