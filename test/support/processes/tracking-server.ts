// What `sweep export` asks of an MLflow tracking server, answered as MLflow answers it and kept.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface TrackedRun {
  readonly id: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly params: { readonly key: string; readonly value: string }[];
  readonly metrics: { readonly key: string; readonly value: number; readonly step: number }[];
  status: string;
}

interface Asked {
  readonly name: string;
  readonly run_id: string;
  readonly status: string;
  readonly tags: TrackedRun['tags'];
  readonly params: TrackedRun['params'];
  readonly metrics: TrackedRun['metrics'];
}

export async function startTrackingServer(t: Pick<TestContext, 'after'>) {
  const experiments: string[] = [];
  const runs: TrackedRun[] = [];
  const answers: Readonly<Record<string, (body: Asked) => object | null>> = {
    'experiments/create': ({ name }) => ({ experiment_id: String(experiments.push(name)) }),
    'runs/search': () => ({ runs: runs.map(({ id, tags }) => ({ info: { run_id: id }, data: { tags } })) }),
    'runs/create': ({ tags }) => {
      const run: TrackedRun = { id: `run-${runs.length}`, tags, params: [], metrics: [], status: 'RUNNING' };
      runs.push(run);
      return { run: { info: { run_id: run.id } } };
    },
    'runs/log-batch': ({ run_id, params, metrics }) => {
      const run = runs.find(({ id }) => id === run_id);
      run?.params.push(...params);
      run?.metrics.push(...metrics);
      return run === undefined ? null : {};
    },
    'runs/update': ({ run_id, status }) => {
      const run = runs.find(({ id }) => id === run_id);
      if (run !== undefined) run.status = status;
      return run === undefined ? null : {};
    },
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const path = url.pathname.replace('/api/2.0/mlflow/', '');
      const name = url.searchParams.get('experiment_name') ?? '';
      const at = experiments.indexOf(name);
      const found =
        path === 'experiments/get-by-name'
          ? at < 0
            ? null
            : { experiment: { experiment_id: String(at + 1), name } }
          : (answers[path]?.(JSON.parse(text || '{}') as Asked) ?? null);
      response.writeHead(found === null ? 404 : 200, { 'content-type': 'application/json' });
      const missing = { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `nothing at ${path}` };
      response.end(JSON.stringify(found ?? missing));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, experiments, runs };
}
