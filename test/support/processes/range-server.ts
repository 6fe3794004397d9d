// A local HTTP server that answers as a download server does: with ranges, and with connections that break.
import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { waitUntil } from './wait-until.js';

export type Answer = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

/** Serves on a free port until the test ends. */
export async function serve(
  context: TestContext,
  answer: Answer,
): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`, requests };
}

/**
 * Serves `file` with ranges; of the first `breaks` answers only `part` bytes arrive before the connection breaks. With
 * `keptAt` it breaks once that file holds them: what is under way when a connection breaks may get lost.
 */
export function ranged(file: Buffer, breaks: number, part: number, tag = '"one"', keptAt?: string): Answer {
  return (request, response, attempt) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const resumes = request.headers.range !== undefined && request.headers['if-range'] === tag;
    const start = resumes ? from : 0;
    if (start >= file.length) {
      response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end();
      return;
    }
    response.writeHead(resumes ? 206 : 200, {
      'content-length': file.length - start,
      etag: tag,
      ...(resumes ? { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` } : {}),
    });
    if (attempt > breaks) response.end(file.subarray(start));
    else {
      response.write(file.subarray(start, start + part), () => {
        const isKept = () =>
          keptAt === undefined || (statSync(keptAt, { throwIfNoEntry: false })?.size ?? 0) >= start + part;
        void waitUntil('the part is kept', isKept).finally(() => response.destroy());
      });
    }
  };
}
