// What a person asks of a running study, from any machine, as a step of its state. Pure. The same request twice changes
// nothing.
import type { StudyRequest } from '../bus/bus.js';
import type { StudyView } from '../study/study-view.js';

export type RequestedStep =
  | { readonly type: 'record'; readonly state: 'paused' | 'running' | 'stopping' }
  | { readonly type: 'cancel' }
  | { readonly type: 'none' };

export function answerRequest(request: StudyRequest, state: StudyView['state']): RequestedStep {
  const none = { type: 'none' } as const;
  switch (request) {
    case 'pause':
      return state === 'running' ? { type: 'record', state: 'paused' } : none;
    case 'resume':
      return state === 'paused' ? { type: 'record', state: 'running' } : none;
    case 'stop':
      return state === 'running' || state === 'paused' ? { type: 'record', state: 'stopping' } : none;
    case 'cancel':
      return { type: 'cancel' };
  }
}
