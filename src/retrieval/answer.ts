import { AquiferError } from '../errors/index.js';
import type { ResponseCache, TokenUsage } from '../results/index.js';
import type { SearchOptions } from '../search/index.js';
import type { ChatMessage, ChatModel, ChatResponse } from './chat/chat.js';
import { citedNumbers } from './citations.js';
import { answerMessages } from './prompt.js';
import {
  type Citation,
  type RetrievedContext,
  type RetrieveOptions,
  retrieve,
  type SearchChunks,
} from './retrieve.js';

export interface AnswerDependencies<Options = SearchOptions> {
  readonly search: SearchChunks<Omit<Options, 'snippets' | 'neighbours'>>;
  readonly chat: ChatModel;
  /** Of the tenant, made with `keep: keepWhole`. Without it every question goes to the model. */
  readonly responses?: ResponseCache;
}

interface Asking {
  /** Added to the rules that the model is given. */
  readonly instructions?: string;
  /** What was said before, oldest first, in turns of user and assistant. */
  readonly history?: readonly ChatMessage[];
  /** A model other than the configured one. */
  readonly model?: string;
  /** @default 0 */
  readonly temperature?: number;
  /** Tokens that the answer may have. @default what the model allows */
  readonly maxAnswerTokens?: number;
  /** Further parameters of the endpoint, such as `seed`. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Called with each piece of the text as it comes; with all of it at once where it was known. */
  readonly onText?: (text: string) => void;
  /** Ends the waiting. What is asked for a cache goes on, for others may wait for it. */
  readonly signal?: AbortSignal;
}

export type AnswerOptions<Options = SearchOptions> = RetrieveOptions<Options> & Asking;

export interface Answer {
  /** Empty when nothing was found; the model is not asked then. */
  readonly text: string;
  /** The passages whose marks `[n]` are in the text, in the order of their first mark. */
  readonly citations: readonly Citation[];
  /** All that the model was given. */
  readonly context: RetrievedContext;
  /** Tokens as the endpoint counted them; null when it did not, or was not asked. */
  readonly usage: TokenUsage | null;
  /** The model was not asked for this: an equal question had been answered, or was being. */
  readonly cached: boolean;
  readonly model: string;
  /** `stop`; `length` for an answer that was cut short; null when the endpoint does not say, or was not asked. */
  readonly finishReason: string | null;
}

/**
 * Answers a question from what a search finds, with citations.
 * @throws AQF_CHAT_FAILED, AQF_ARGUMENT_INVALID; what the search throws; the signal's reason
 */
export async function answer<Options = SearchOptions>(
  { search, chat, responses }: AnswerDependencies<Options>,
  question: string,
  options: AnswerOptions<Options> = {} as AnswerOptions<Options>,
): Promise<Answer> {
  const { asking, retrieving } = split(options);
  const context = await retrieve<Options>(search, question, retrieving);
  asking.signal?.throwIfAborted();
  const model = asking.model ?? chat.model;
  if (context.citations.length === 0) {
    return { text: '', citations: [], context, usage: null, cached: false, model, finishReason: null };
  }
  const { response, cached } = await respond(
    chat,
    responses,
    requestOf(context, question, model, asking),
    asking,
  );
  const cited = citedNumbers(response.text).flatMap((number) => context.citations[number - 1] ?? []);
  return { ...response, citations: cited, context, cached };
}

/** For `createResponseCache`: an answer that was cut short is not given again. */
export function keepWhole(response: unknown): boolean {
  const { finishReason } = response as Partial<ChatResponse>;
  return finishReason === 'stop' || finishReason === null;
}

function requestOf(context: RetrievedContext, question: string, model: string, asking: Asking) {
  const { temperature = 0, maxAnswerTokens, parameters } = asking;
  return {
    ...parameters,
    model,
    temperature,
    ...(maxAnswerTokens !== undefined && { max_tokens: maxAnswerTokens }),
    messages: answerMessages(context, question, asking),
  };
}

async function respond(
  chat: ChatModel,
  responses: ResponseCache | undefined,
  request: ReturnType<typeof requestOf>,
  { onText, signal }: Asking,
): Promise<{ readonly response: ChatResponse; readonly cached: boolean }> {
  if (!responses) return { response: await chat.complete(request, { onText, signal }), cached: false };
  let cached = true;
  const responding = responses.respond(request, (context) => {
    cached = false;
    return chat.complete(request, { onText, signal: context.signal });
  });
  const response = await unlessAborted(responding, signal);
  if (cached) onText?.(response.text);
  return { response, cached };
}

/** What is awaited goes on when the caller gives up; its failure is nobody's then. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function split<Options>(options: AnswerOptions<Options>) {
  if (typeof options !== 'object' || options === null) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'The options of an answer are an object.');
  }
  const {
    instructions,
    history,
    model,
    temperature,
    maxAnswerTokens,
    parameters,
    onText,
    signal,
    ...retrieving
  } = options;
  const given = { instructions, history, model, temperature, maxAnswerTokens, parameters, onText, signal };
  const asking = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { asking: asking as Asking, retrieving: retrieving as unknown as RetrieveOptions<Options> };
}
