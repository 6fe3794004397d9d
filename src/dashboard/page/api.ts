// What the page asks of the server that it came from.
import type { Problem, StudyNews } from '../wire.js';

export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly status: number,
  ) {
    super(problem.message);
  }
}

/** Throws ProblemError, also where the server is gone. */
export async function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return read(() => fetch(path, signal === undefined ? {} : { signal }));
}

export async function order(study: string, action: string, token: string): Promise<void> {
  await read(() =>
    fetch(`${studyPath(study)}/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sweep-token': token },
      body: JSON.stringify({ action }),
    }),
  );
}

async function read<Answer>(send: () => Promise<Response>): Promise<Answer> {
  let response: Response;
  try {
    response = await send();
  } catch (cause) {
    if ((cause as Error).name === 'AbortError') throw cause;
    throw new ProblemError(GONE, 0);
  }
  if (response.ok) return (await response.json()) as Answer;
  const problem = (await response.json().catch(() => GONE)) as Problem;
  throw new ProblemError(problem, response.status);
}

export const GONE: Problem = {
  code: 'GONE',
  message: 'The dashboard does not answer: its command has ended.',
  hint: 'Start it again: sweep dashboard',
};

export function studyPath(study: string): string {
  return `/api/studies/${encodeURIComponent(study)}`;
}

export interface Following {
  stop(): void;
}

/** Live events of a study. The browser comes back by itself, with the id of the last one. */
export function follow(
  study: string,
  onNews: (news: StudyNews) => void,
  onState: (state: 'live' | 'lost') => void,
): Following {
  const source = new EventSource(`${studyPath(study)}/events`);
  source.onopen = () => onState('live');
  source.onerror = () => onState('lost');
  source.onmessage = ({ data }) => onNews(JSON.parse(data as string) as StudyNews);
  source.addEventListener('lost', () => onState('lost'));
  return { stop: () => source.close() };
}
