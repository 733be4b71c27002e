import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, type McpOptions } from './server.js';
import type { McpSession } from './session.js';

/** Serves one client on two streams, until it ends its side or `signal` says so. */
export async function serveMcpStdio(
  session: McpSession,
  {
    input,
    output,
    signal,
    ...options
  }: McpOptions & { input: Readable; output: Writable; signal: AbortSignal },
): Promise<void> {
  const transport = new StdioServerTransport(input, output);
  const handle = serveStdio(() => createMcpServer(session, options), {
    transport,
    maxSubscriptions: 0,
    onerror: options.onerror,
  });
  await new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) input.once(event, () => resolve());
    output.once('error', () => resolve());
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await handle.close();
}
