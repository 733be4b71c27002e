import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** When it came, `performance.now()`. */
  readonly at: number;
}

/** What a server does with a request; JSON is sent for what it returns, unless it has answered itself. */
export type Answering = (
  request: ReceivedRequest,
  response: ServerResponse,
  number: number,
) => unknown | Promise<unknown>;

export interface JsonServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

/** A real HTTP server for the time of a test; it gets what is posted, parsed. */
export async function jsonServer(answering: Answering): Promise<JsonServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const at = performance.now();
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const request = { path: incoming.url ?? '', headers: incoming.headers, body, at };
    requests.push(request);
    const answer = await answering(request, response, requests.length);
    if (answer === undefined) return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Answers with an error as the common providers write it. */
export function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): undefined {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message } }));
}
