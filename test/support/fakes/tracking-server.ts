// An MLflow tracking server as far as an export uses one: experiments, runs, batches within its limits, tags.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

type KeyValue = Readonly<{ key: string; value: string }>;
type Logged = Readonly<{ key: string; value: number; step: number }>;

/** What an export sends; a request has the fields of its path. */
interface Body {
  readonly name: string;
  readonly page_token?: string;
  readonly run_name: string;
  readonly run_id: string;
  readonly status: string;
  readonly key: string;
  readonly value: string;
  readonly tags: readonly KeyValue[];
  readonly params?: readonly KeyValue[];
  readonly metrics?: readonly Logged[];
}

export interface TrackedRun {
  readonly name: string;
  readonly tags: KeyValue[];
  readonly params: KeyValue[];
  readonly metrics: Logged[];
  status: string;
}

export interface TrackingServer {
  readonly url: string;
  readonly runs: readonly TrackedRun[];
  readonly authorizations: readonly (string | undefined)[];
  /** The next request of this path is answered with this status. */
  failNext(path: string, status: number): void;
}

export async function openTrackingServer(t: TestContext): Promise<TrackingServer> {
  const runs: TrackedRun[] = [];
  const authorizations: (string | undefined)[] = [];
  const failures = new Map<string, number>();
  let experiment: string | null = null;

  const answers: Readonly<Record<string, (body: Body) => readonly [number, object]>> = {
    'experiments/get-by-name': () =>
      experiment === null
        ? [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'none' }]
        : [200, { experiment: { experiment_id: '1', name: experiment } }],
    'experiments/create': ({ name }) => {
      experiment = name;
      return [200, { experiment_id: '1' }];
    },
    'runs/search': ({ page_token = '0' }) => {
      const at = Number(page_token);
      const page = runs.slice(at, at + 3).map(({ tags }) => ({ data: { tags } }));
      return [200, { runs: page, ...(at + 3 < runs.length ? { next_page_token: String(at + 3) } : {}) }];
    },
    'runs/create': ({ run_name, tags }) => {
      runs.push({ name: run_name, tags: [...tags], params: [], metrics: [], status: 'RUNNING' });
      return [200, { run: { info: { run_id: String(runs.length - 1) } } }];
    },
    'runs/log-batch': ({ run_id, params = [], metrics = [] }) => {
      if (params.length > 100 || metrics.length > 1000)
        return [400, { error_code: 'INVALID_PARAMETER_VALUE' }];
      runs[Number(run_id)]?.params.push(...params);
      runs[Number(run_id)]?.metrics.push(...metrics);
      return [200, {}];
    },
    'runs/update': ({ run_id, status }) => {
      runs[Number(run_id)]!.status = status;
      return [200, {}];
    },
    'runs/set-tag': ({ run_id, key, value }) => {
      runs[Number(run_id)]?.tags.push({ key, value });
      return [200, {}];
    },
  };

  const server = createServer(async (request, response) => {
    authorizations.push(request.headers.authorization);
    const path = new URL(request.url ?? '', 'http://localhost').pathname.replace('/api/2.0/mlflow/', '');
    let body = '';
    for await (const part of request) body += part;
    const failure = failures.get(path);
    failures.delete(path);
    const [status, answer] =
      failure === undefined
        ? (answers[path]?.(body === '' ? {} : JSON.parse(body)) ?? [501, {}])
        : [failure, { error_code: 'INTERNAL_ERROR', message: 'as asked' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, runs, authorizations, failNext: (path, status) => failures.set(path, status) };
}
