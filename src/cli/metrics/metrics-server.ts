// `--metrics`: what a coordinator or a worker is doing, for Prometheus to collect.
import { createServer, type Server } from 'node:http';
import type { Command } from 'commander';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { asSweepError, SweepError } from '../../errors.js';

export interface MetricsFlags {
  /** [HOST:]PORT */
  readonly metrics?: string;
}

export function addMetricsOption(command: Command): Command {
  return command.option('--metrics <[host:]port>', 'serve /metrics there for Prometheus (host: 127.0.0.1)');
}

export interface MetricsServer {
  /** What is collected; the process's own figures are in it already. */
  readonly registry: Registry;
  readonly address: string;
  close(): Promise<void>;
}

/** Throws USAGE for what is no address. */
export function checkMetrics({ metrics }: MetricsFlags): void {
  if (metrics !== undefined) readAddress(metrics);
}

/** null: nobody asked for one. Throws USAGE for what is no address, and for one that cannot be served. */
export async function openMetrics({ metrics }: MetricsFlags): Promise<MetricsServer | null> {
  if (metrics === undefined) return null;
  const { host, port } = readAddress(metrics);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('see /metrics\n');
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (thrown: unknown) => response.writeHead(500).end(`${asSweepError(thrown).message}\n`),
    );
  });
  await listen(server, host, port);
  // What runs is what keeps a process alive.
  server.unref();
  const bound = server.address();
  const actual = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    registry,
    address: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The option again, for another process. */
export function metricsWords({ metrics }: MetricsFlags): string[] {
  return metrics === undefined ? [] : ['--metrics', metrics];
}

function readAddress(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', digits = ''] = /^(?:\[?([^[\]]+?)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits !== '' && port <= 65_535) return { host, port };
  throw new SweepError('USAGE', `${JSON.stringify(text)} is no port`, {
    path: '--metrics',
    hint: 'give a port (9464), or host and port (0.0.0.0:9464)',
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new SweepError('USAGE', `${host}:${port} cannot be served: ${cause.message}`, {
          path: '--metrics',
          hint: 'name another port, or 0 for any that is free',
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}
