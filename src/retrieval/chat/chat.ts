import { z } from 'zod';
import { Endpoint, type EndpointOptions } from '../../endpoints/index.js';
import type { ModelRequest, TokenUsage } from '../../results/index.js';
import { serverSentData } from './server-sent.js';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What is asked of a chat model, in the words of OpenAI's API: `temperature`, `max_tokens` and so on beside these. */
export interface ChatRequest extends ModelRequest {
  readonly messages: readonly ChatMessage[];
}

export interface ChatResponse {
  readonly text: string;
  /** Why it ends: `stop`, `length` when it was cut short, what else the endpoint says; null when it says nothing. */
  readonly finishReason: string | null;
  /** As the endpoint names it. */
  readonly model: string;
  readonly usage: TokenUsage | null;
}

export interface ChatCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with each piece of the text as it comes; the response is streamed then. */
  readonly onText?: ((text: string) => void) | undefined;
}

/** A model that answers messages. */
export interface ChatModel {
  /** The one that is asked where a request names none. */
  readonly model: string;
  /** @throws AQF_CHAT_FAILED; the signal's reason once it is aborted */
  complete(request: ChatRequest, options?: ChatCallOptions): Promise<ChatResponse>;
}

export interface ChatOptions extends EndpointOptions {
  readonly model: string;
}

/**
 * A chat model behind an endpoint that is compatible with OpenAI's: `POST {baseUrl}/chat/completions`.
 * @throws AQF_ARGUMENT_INVALID for a base URL that is none
 */
export function createChat({ model, ...options }: ChatOptions): ChatModel {
  const endpoint = new Endpoint(options, { code: 'AQF_CHAT_FAILED', name: 'The chat endpoint' });
  return {
    model,
    complete: (request, { signal, onText } = {}) =>
      onText ? stream(endpoint, request, onText, signal) : complete(endpoint, request, signal),
  };
}

const usageSchema = z
  .object({ prompt_tokens: z.number(), completion_tokens: z.number() })
  .transform(
    ({ prompt_tokens, completion_tokens }): TokenUsage => ({
      inputTokens: prompt_tokens,
      outputTokens: completion_tokens,
    }),
  )
  .nullish()
  .catch(null);

const completionSchema = z.object({
  model: z.string().optional(),
  choices: z.tuple(
    [z.object({ message: z.object({ content: z.string() }), finish_reason: z.string().nullish() })],
    z.unknown(),
  ),
  usage: usageSchema,
});

async function complete(
  endpoint: Endpoint,
  request: ChatRequest,
  signal: AbortSignal | undefined,
): Promise<ChatResponse> {
  const answer = completionSchema.safeParse(await endpoint.post('/chat/completions', request, { signal }));
  if (!answer.success) throw endpoint.failed('answered without a text', { cause: answer.error });
  const { model = request.model, choices, usage } = answer.data;
  const [{ message, finish_reason }] = choices;
  return { text: message.content, finishReason: finish_reason ?? null, model, usage: usage ?? null };
}

const pieceSchema = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: usageSchema,
  error: z.unknown().optional(),
});

async function stream(
  endpoint: Endpoint,
  request: ChatRequest,
  onText: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<ChatResponse> {
  const body = { ...request, stream: true, stream_options: { include_usage: true } };
  let response: ChatResponse = { text: '', finishReason: null, model: request.model, usage: null };
  for await (const data of serverSentData(endpoint.stream('/chat/completions', body, { signal }))) {
    if (data === '[DONE]') return response;
    const piece = pieceOf(endpoint, data);
    const [choice] = piece.choices;
    const text = choice?.delta?.content ?? '';
    if (text !== '') onText(text);
    response = {
      text: response.text + text,
      finishReason: choice?.finish_reason ?? response.finishReason,
      model: piece.model ?? response.model,
      usage: piece.usage ?? response.usage,
    };
  }
  if (response.finishReason === null) throw endpoint.failed('broke off within its answer');
  return response;
}

function pieceOf(endpoint: Endpoint, data: string): z.output<typeof pieceSchema> {
  const piece = pieceSchema.safeParse(parsed(data));
  if (piece.success && piece.data.error == null) return piece.data;
  const told = piece.success ? `: ${JSON.stringify(piece.data.error)}`.slice(0, 300) : '';
  throw endpoint.failed(`failed within its answer${told}`, { cause: piece.error });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
