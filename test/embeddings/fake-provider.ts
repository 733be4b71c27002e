import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EmbeddingModel, ModelRegistry } from '../../src/embeddings/index.js';

/** The model that the provider serves, under either kind of address. */
const WORDS = { dimensions: 256, maxTokens: 128, language: '*', fusionWeight: 0.5, pricePerMillionTokens: 2 };
export const OPENAI_WORDS: EmbeddingModel = { ...WORDS, id: 'openai:words' };
export const OLLAMA_WORDS: EmbeddingModel = { ...WORDS, id: 'ollama:words' };
export const registry = new ModelRegistry([OPENAI_WORDS, OLLAMA_WORDS]);

/** A request as it arrived. */
export interface ProviderCall {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  readonly inputs: readonly string[];
  /** Of the clock of `performance.now()`. */
  readonly at: number;
  /** How many came before. */
  readonly number: number;
}

/** What is answered in place of the vectors. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Undefined: the vectors. `hang`: nothing, ever. */
export type Behaviour = (call: ProviderCall) => Reply | 'hang' | undefined;

/** A provider over HTTP that serves `/v1/embeddings` and `/api/embed`, and misbehaves as told. */
export class FakeProvider {
  readonly calls: ProviderCall[] = [];
  behave: Behaviour = () => undefined;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<FakeProvider> {
    const provider = new FakeProvider();
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often each text was answered or refused. */
  get inputs(): string[] {
    return this.calls.flatMap(({ inputs }) => inputs);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const { url: path = '', headers } = request;
    const call = {
      path,
      headers,
      body,
      inputs: body.input,
      at: performance.now(),
      number: this.calls.length,
    };
    this.calls.push(call);
    const reply = this.behave(call) ?? {};
    if (reply === 'hang') return;
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.body ?? answerTo(call)));
  }
}

function answerTo(call: ProviderCall): unknown {
  return call.path.endsWith('/api/embed') ? ollamaAnswer(call) : openAiAnswer(call);
}

export function openAiAnswer({ inputs, body }: ProviderCall, places = [...inputs.keys()]): unknown {
  const data = places.map((index) => {
    const vector = vectorOf(inputs[index] ?? '');
    return { index, embedding: body.encoding_format === 'base64' ? base64(vector) : [...vector] };
  });
  return { object: 'list', data, usage: { prompt_tokens: tokensOf(inputs) } };
}

export function ollamaAnswer({ inputs }: ProviderCall): unknown {
  return { embeddings: inputs.map((text) => [...vectorOf(text)]), prompt_eval_count: tokensOf(inputs) };
}

/** Ten tokens a text. */
function tokensOf(inputs: readonly string[]): number {
  return inputs.length * 10;
}

/** A bag of words, of no particular length. */
export function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(WORDS.dimensions);
  vector[0] = 0.25;
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const at = hash(word) % WORDS.dimensions;
    vector[at] = (vector[at] ?? 0) + 3;
  }
  return vector;
}

function hash(word: string): number {
  let value = 2166136261;
  for (const character of word) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
  return value;
}

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer).toString('base64');
}
