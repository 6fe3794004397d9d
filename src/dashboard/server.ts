// The dashboard's HTTP server: the page, what it asks for, its live events, and the few orders that it may give.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { StudyRequest } from '../bus/bus.js';
import { askCoordinator } from '../coordinator/ask-coordinator.js';
import { asSweepError, type ErrorCode, SweepError } from '../errors.js';
import { Answers, type AnswersOptions } from './answers.js';
import { streamNews } from './event-stream.js';
import { Feeds } from './feeds.js';
import { findTrespass, isToken, LOOPBACK_NAMES, SECURITY_HEADERS } from './guard.js';
import { readPageFiles } from './page-files.js';
import { StudyLines } from './study-lines.js';
import type { About, Problem } from './wire.js';

const MOST_BODY_BYTES = 4_096;
const REQUESTS: readonly StudyRequest[] = ['pause', 'resume', 'stop'];
const STATUS: Partial<Record<ErrorCode, number>> = {
  STUDY_NOT_FOUND: 404,
  TRIAL_NOT_FOUND: 404,
  BLOB_NOT_FOUND: 404,
  DATASET_NOT_FOUND: 404,
  USAGE: 400,
  STUDY_LOCKED: 409,
  BUS_FORBIDDEN: 403,
};

export interface DashboardOptions extends Omit<AnswersOptions, 'feeds' | 'signal'> {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What an order from the page must come with; null: it may give none. */
  readonly token: string | null;
}

export interface Dashboard {
  readonly address: string;
  readonly port: number;
  /** Reads a study before a page asks for it. */
  prepare(study: string): Promise<void>;
  close(): Promise<void>;
}

/** Throws USAGE when it cannot listen there. The caller closes the bus after it. */
export async function openDashboard(options: DashboardOptions): Promise<Dashboard> {
  const files = readPageFiles();
  const names = namesOf(options.host);
  const closing = new AbortController();
  const feeds = new Feeds(options.bus);
  const answers = new Answers({ ...options, feeds, signal: closing.signal });
  let port = options.port;
  const app = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    forceCloseConnections: true,
    // Before anything is routed or read: whatever the method, and where nothing is found.
    serverFactory: (handler) =>
      createServer((request, response) => {
        for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
        const trespass = findTrespass(request, names, port);
        if (trespass === null) return handler(request, response);
        response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
        response.end(JSON.stringify({ code: 'USAGE', message: trespass, hint: null } satisfies Problem));
      }),
  });
  for (const { path, type, bytes } of files) app.get(path, (_, reply) => reply.type(type).send(bytes));
  addQuestions(app, options, feeds, answers);
  if (options.token !== null) addOrders(app, options, options.token);
  app.setErrorHandler((thrown: Error & { statusCode?: number }, _, reply) => {
    const error = asSweepError(thrown);
    const status = thrown.statusCode ?? STATUS[error.code] ?? 500;
    return sendProblem(reply, status, error);
  });
  app.setNotFoundHandler((_, reply) =>
    sendProblem(reply, 404, new SweepError('USAGE', 'there is nothing at this address')),
  );
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (cause) {
    await app.close();
    feeds.close();
    throw new SweepError(
      'USAGE',
      `the dashboard cannot listen on ${options.host}:${options.port}: ${(cause as Error).message}`,
      {
        path: '--port',
        hint: 'name another port, or leave --port out',
        cause,
      },
    );
  }
  port = (app.server.address() as AddressInfo).port;
  const isEverywhere = options.host === '0.0.0.0' || options.host === '::';
  const shown = isEverywhere ? 'localhost' : options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    address: `http://${shown}:${port}/`,
    port,
    prepare: async (study) => void (await feeds.open(study)),
    close: async () => {
      closing.abort();
      feeds.close();
      await app.close();
    },
  };
}

/** What a Host header may call this server. */
function namesOf(host: string): string[] {
  const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const own = isEverywhere
    ? [
        hostname(),
        ...Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map((one) => one.address)),
      ]
    : [host];
  return [...new Set([...LOOPBACK_NAMES, ...own.map((name) => bracketed(name.toLowerCase()))])];
}

function addQuestions(app: FastifyInstance, options: DashboardOptions, feeds: Feeds, answers: Answers): void {
  const { place } = options.bus;
  const about: About = { place, version: options.version, canControl: options.token !== null };
  const lines = new StudyLines(options.bus, feeds);
  app.get('/api/about', () => about);
  app.get('/api/studies', () => lines.list());
  app.get<{ Params: { study: string } }>('/api/studies/:study/events', async (request, reply) => {
    const feed = await feeds.open(request.params.study);
    reply.hijack();
    const id = request.headers['last-event-id'];
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    await streamNews(reply.raw, feed, typeof id === 'string' ? id : undefined);
  });
  app.get<{ Params: { study: string }; Querystring: { trials?: string } }>(
    '/api/studies/:study/curves',
    (request) =>
      answers.curves(request.params.study, (request.query.trials ?? '').split(',').filter(Boolean)),
  );
  app.get<{ Params: { study: string; trial: string } }>('/api/studies/:study/trials/:trial', (request) =>
    answers.trial(request.params.study, request.params.trial),
  );
  app.get<{
    Params: { study: string; trial: string };
    Querystring: { column?: string | string[]; series?: string | string[] };
  }>('/api/studies/:study/trials/:trial/forecast', async (request, reply) => {
    const { study, trial } = request.params;
    const [column] = [request.query.column].flat();
    const [series] = [request.query.series].flat();
    // Without a forecast it is `null`, which Fastify would send as nothing.
    return reply
      .type('application/json')
      .send(JSON.stringify(await answers.forecast(study, trial, { column, series })));
  });
}

function addOrders(app: FastifyInstance, { bus }: DashboardOptions, token: string): void {
  app.post<{ Params: { study: string }; Body: { action?: unknown } | null }>(
    '/api/studies/:study/requests',
    async (request, reply) => {
      const { study } = request.params;
      if (!isToken(request.headers['x-sweep-token'], token)) {
        return sendProblem(
          reply,
          401,
          new SweepError('USAGE', 'the token is not the one that the terminal printed', {
            hint: 'copy it from the terminal that runs the dashboard',
          }),
        );
      }
      const action = REQUESTS.find((one) => one === request.body?.action);
      if (action === undefined)
        throw new SweepError('USAGE', `the action is one of ${REQUESTS.join(', ')}`, { path: 'action' });
      if (!(await bus.listStudies()).some((record) => record.study === study))
        throw new SweepError('STUDY_NOT_FOUND', `there is no study ${JSON.stringify(study)}`);
      if (await askCoordinator(bus, study, action)) return { study, action };
      throw new SweepError('STUDY_LOCKED', `nobody runs study ${study}: there is nothing to ${action}`, {
        hint: `go on with it in a terminal: sweep resume ${study}`,
      });
    },
  );
}

function sendProblem(reply: FastifyReply, status: number, { code, message, hint }: SweepError): FastifyReply {
  return reply.code(status).send({ code, message, hint: hint ?? null } satisfies Problem);
}
