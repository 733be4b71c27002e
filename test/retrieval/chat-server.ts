import type { ServerResponse } from 'node:http';
import { type JsonServer, jsonServer, type ReceivedRequest } from '../rerank/json-server.js';

const USAGE = { prompt_tokens: 100, completion_tokens: 7, total_tokens: 107 };

interface ChatReply {
  readonly text: string;
  /** @default 'stop' */
  readonly finish?: string;
}

/** An endpoint that speaks as OpenAI's does, streamed or not as it is asked. */
export function chatServer(
  reply: (request: ReceivedRequest, number: number) => ChatReply | Promise<ChatReply>,
): Promise<JsonServer> {
  return jsonServer(async (request, response, number) => {
    const { text, finish = 'stop' } = await reply(request, number);
    if (request.body.stream === true) return streamed(response, text, finish);
    return {
      id: 'c-1',
      object: 'chat.completion',
      model: 'm-1-2026',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
      usage: USAGE,
    };
  });
}

function streamed(response: ServerResponse, text: string, finish: string): undefined {
  const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
  const choice = (delta: object, finish_reason: string | null) => ({
    model: 'm-1-2026',
    choices: [{ index: 0, delta, finish_reason }],
  });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(event(choice({ role: 'assistant', content: '' }, null)));
  for (const piece of text.split(/(?<= )/)) response.write(event(choice({ content: piece }, null)));
  response.write(event(choice({}, finish)));
  response.write(event({ model: 'm-1-2026', choices: [], usage: USAGE }));
  response.end('data: [DONE]\n\n');
  return undefined;
}

/** The last thing said to the model. */
export function questionOf({ body }: ReceivedRequest): string {
  return (body.messages as { readonly content: string }[]).at(-1)?.content ?? '';
}
