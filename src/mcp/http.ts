import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { createMcpServer, type McpOptions } from './server.js';
import type { McpSession } from './session.js';

const SESSION = 'aquifer';

/** MCP over streamable HTTP: each request by itself, of both protocol eras, and nothing kept between them. */
export class McpHttp {
  readonly #handler: McpHttpHandler;

  constructor(options: McpOptions) {
    this.#handler = createMcpHandler(
      ({ authInfo }) => createMcpServer(authInfo?.extra?.[SESSION] as McpSession, options),
      // There is nothing to be told of later: lists of tools and prompts are those of the credential.
      { maxSubscriptions: 0, onerror: (error) => isOfClient(error) || options.onerror(error) },
    );
  }

  /** @param session of whoever sent it, who was asked for his credential before */
  answer(request: Request, session: McpSession): Promise<Response> {
    const { tenantId } = session.scope;
    const authInfo = { token: '', clientId: tenantId, scopes: [], extra: { [SESSION]: session } };
    return this.#handler.fetch(request, { authInfo });
  }

  /** Ends what is under way. */
  close(): Promise<void> {
    return this.#handler.close();
  }
}

/** What a client sent that is not of the protocol: it was told so, and is no fault of ours. */
function isOfClient({ message }: Error): boolean {
  return message.startsWith('Rejected inbound request');
}
