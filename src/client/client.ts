import { type ApiError, errorOf, unreachable } from './error.js';
import { READS } from './generated/api.js';
import { follow, type LiveChange, type LiveFollowOptions } from './live.js';
import { type ClientOptions, type Connection, connectionOf } from './options.js';
import { askedWait, backoff, mayPass, wait } from './retry.js';
import {
  type AnyRequest,
  addressOf,
  type OptionsArgument,
  type PathOf,
  type Result,
  type Route,
  type RouteOf,
} from './routes.js';
import { type Uploaded, type UploadOptions, upload } from './upload.js';

export interface Answer<T> {
  readonly data: T;
  readonly status: number;
  /** For `ifMatch` of a later write. */
  readonly etag: string | undefined;
  readonly headers: Headers;
}

interface Failed {
  readonly error: ApiError;
  readonly askedMs?: number | undefined;
}

const POSITION = 'aquifer-position';

/**
 * A client of one tenant, whose key it has. Reads and writes with an idempotency key are repeated when the server is busy or
 * out of reach. What was written is seen by what is read next, also where replicas serve it.
 */
export class Client {
  readonly #connection: Connection;
  #position: string | undefined;

  constructor(options: ClientOptions) {
    this.#connection = connectionOf(options);
  }

  /** @throws ApiError */
  async get<P extends PathOf<'GET'>>(
    path: P,
    ...[options]: OptionsArgument<RouteOf<'GET', P>>
  ): Promise<Result<RouteOf<'GET', P>>> {
    return (await this.#send(`GET ${path}`, options as AnyRequest)).data as Result<RouteOf<'GET', P>>;
  }

  /** @throws ApiError */
  async post<P extends PathOf<'POST'>>(
    path: P,
    ...[options]: OptionsArgument<RouteOf<'POST', P>>
  ): Promise<Result<RouteOf<'POST', P>>> {
    return (await this.#send(`POST ${path}`, options as AnyRequest)).data as Result<RouteOf<'POST', P>>;
  }

  /** @throws ApiError */
  async patch<P extends PathOf<'PATCH'>>(
    path: P,
    ...[options]: OptionsArgument<RouteOf<'PATCH', P>>
  ): Promise<Result<RouteOf<'PATCH', P>>> {
    return (await this.#send(`PATCH ${path}`, options as AnyRequest)).data as Result<RouteOf<'PATCH', P>>;
  }

  /** @throws ApiError */
  async delete<P extends PathOf<'DELETE'>>(
    path: P,
    ...[options]: OptionsArgument<RouteOf<'DELETE', P>>
  ): Promise<Result<RouteOf<'DELETE', P>>> {
    return (await this.#send(`DELETE ${path}`, options as AnyRequest)).data as Result<RouteOf<'DELETE', P>>;
  }

  /** Any route, `GET /api/documents/{id}`, with all that was answered. @throws ApiError */
  async request<R extends Route>(route: R, ...[options]: OptionsArgument<R>): Promise<Answer<Result<R>>> {
    return (await this.#send(route, options as AnyRequest)) as Answer<Result<R>>;
  }

  /** Files that become documents. @throws ApiError; it is not repeated */
  upload(files: Blob | readonly Blob[], options?: UploadOptions): Promise<Uploaded> {
    return upload(this.#connection, files, options);
  }

  /**
   * The tenant's committed changes as they happen, from now on or from a position; it connects again by itself and goes on
   * where it was. It ends when it is left, or its signal aborts.
   * @throws ApiError, of AQF_POSITION_LOST too unless `onLost` is given
   */
  live(options?: LiveFollowOptions): AsyncGenerator<LiveChange> {
    return follow(this.#connection, options);
  }

  async #send(route: string, options: AnyRequest = {}): Promise<Answer<unknown>> {
    const init = await this.#initOf(route, options);
    const address = addressOf(this.#connection.url, route.slice(route.indexOf(' ') + 1), options);
    for (let attempt = 0; ; attempt++) {
      const response = await this.#try(address, init, options.signal);
      if (!('error' in response)) return this.#answerOf(response);
      const { error, askedMs } = response;
      if (attempt >= this.#connection.retries || !mayPass(error, attempt)) throw error;
      await wait(askedMs ?? backoff(attempt), options.signal);
    }
  }

  async #try(
    address: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<Response | Failed> {
    try {
      const response = await this.#connection.fetch(address, init);
      if (response.ok) return response;
      return { error: await errorOf(response), askedMs: askedWait(response) };
    } catch (cause) {
      signal?.throwIfAborted();
      return { error: unreachable(cause) };
    }
  }

  async #initOf(route: string, options: AnyRequest): Promise<RequestInit> {
    const { body, headers = {}, idempotencyKey, ifMatch, signal } = options;
    const method = route.slice(0, route.indexOf(' '));
    const isWrite = method !== 'GET' && !READS.includes(route);
    const isJson = body !== undefined && !(body instanceof FormData);
    return {
      method,
      headers: {
        authorization: `Bearer ${await this.#connection.key()}`,
        ...(isJson && { 'content-type': 'application/json' }),
        ...(isWrite && { 'idempotency-key': idempotencyKey ?? newIdempotencyKey() }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        ...(this.#position !== undefined && { [POSITION]: this.#position }),
        ...headers,
      },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as FormData) }),
      ...(signal && { signal }),
    };
  }

  async #answerOf(response: Response): Promise<Answer<unknown>> {
    const { status, headers } = response;
    this.#position = headers.get(POSITION) ?? this.#position;
    const data = await dataOf(response);
    return { data, status, etag: headers.get('etag') ?? undefined, headers };
  }
}

/** @throws TypeError without a url where there is no page that has one */
export function createClient(options: ClientOptions): Client {
  return new Client(options);
}

/** Not `randomUUID`: browsers keep it from pages that came without TLS. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function dataOf(response: Response): Promise<unknown> | undefined {
  if (response.status === 204) return undefined;
  const isJson = response.headers.get('content-type')?.includes('application/json') ?? false;
  // A file of the media type JSON is answered as the file that it is.
  const isFile = response.headers.has('content-disposition');
  return isJson && !isFile ? response.json() : response.blob();
}
