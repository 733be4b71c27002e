import { Problem } from './problem.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer<T> {
  readonly data: T;
  readonly etag: string | undefined;
}

export interface ApiOptions {
  readonly key: string;
  /** Called when the server does not take the key any more. */
  readonly onRefused: (problem: Problem) => void;
}

const POSITION = 'aquifer-position';

/** The REST API with one key. What it wrote, its later reads see, whichever server or replica answers. */
export class Api {
  readonly key: string;
  readonly #onRefused: ApiOptions['onRefused'];
  #position: string | undefined;

  constructor({ key, onRefused }: ApiOptions) {
    this.key = key;
    this.#onRefused = onRefused;
  }

  /** @throws Problem */
  async ask<T>(path: string, options: Ask = {}): Promise<Answer<T>> {
    const response = await this.#fetch(path, options);
    const text = await response.text();
    return {
      data: (text === '' ? undefined : JSON.parse(text)) as T,
      etag: response.headers.get('etag') ?? undefined,
    };
  }

  /** @throws Problem */
  async get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return (await this.ask<T>(path, { query, signal })).data;
  }

  /** @throws Problem */
  async post<T>(path: string, body?: unknown): Promise<T> {
    return (await this.ask<T>(path, { method: 'POST', body })).data;
  }

  /** @throws Problem */
  async delete(path: string): Promise<void> {
    await this.ask<void>(path, { method: 'DELETE' });
  }

  /** An answer whose body is still to come. @throws Problem */
  open(path: string): Promise<Response> {
    return this.#fetch(path, {});
  }

  /** What every request says of who asks. */
  headers(): Record<string, string> {
    return {
      authorization: `Bearer ${this.key}`,
      ...(this.#position !== undefined && { [POSITION]: this.#position }),
    };
  }

  /** Takes note of an answer that came another way. */
  heard(status: number, position: string | null, problem: Problem | undefined): void {
    if (position !== null) this.#position = position;
    if (status === 401 && problem) this.#onRefused(problem);
  }

  async #fetch(path: string, { method = 'GET', query, body, ifMatch, signal }: Ask): Promise<Response> {
    const request: RequestInit = {
      method,
      headers: {
        ...this.headers(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    };
    const response = await fetch(withQuery(path, query), request).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw Problem.unreachable();
    });
    const problem = response.ok ? undefined : Problem.of(response.status, await response.text());
    this.heard(response.status, response.headers.get(POSITION), problem);
    if (problem) throw problem;
    return response;
  }
}

function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A path of literal parts and values: `path`/api/documents/${id}``. */
export function path(literals: TemplateStringsArray, ...values: readonly string[]): string {
  return literals.reduce((whole, literal, at) => whole + encodeURIComponent(values[at - 1] ?? '') + literal);
}
