import { setTimeout as wait } from 'node:timers/promises';
import type { ChromaClient } from 'chromadb';
import { isAquiferError } from '../../errors/index.js';
import { invalid } from '../records/index.js';
import { failureOf, isPassing, toAquiferError } from './failures.js';
import type { ChromaOptions } from './options.js';
import type { Chroma } from './peer.js';

const FIRST_PAUSE_MS = 100;
const PING_TIMEOUT_MS = 2_000;

/** Requests to one server, each with its own deadline; repeated while the server cannot be reached. */
export class ChromaConnection {
  readonly address: string;
  readonly #chroma: Chroma;
  readonly #options: ChromaOptions;
  readonly #host: { readonly host: string; readonly port: number; readonly ssl: boolean };
  #largestBatch: number | undefined;

  constructor(chroma: Chroma, options: ChromaOptions) {
    this.#chroma = chroma;
    this.#options = options;
    this.#host = hostOf(options.url);
    const { host, port, ssl } = this.#host;
    this.address = `${ssl ? 'https' : 'http'}://${host}:${port}`;
  }

  /**
   * Work that may be done twice: every call of the store leaves the same when it is repeated.
   * @throws AQF_VECTORS_UNAVAILABLE; errors of Chroma's client that `failureOf` says are no fault of the server as they are
   */
  async request<T>(work: (client: ChromaClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { timeoutMs = 30_000, retries = 3 } = this.#options;
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      try {
        return await work(this.#client(timeoutMs, signal));
      } catch (error) {
        signal?.throwIfAborted();
        if (isAquiferError(error)) throw error;
        if (!isPassing(failureOf(error))) throw error;
        if (attempt >= retries) throw toAquiferError(error, this.address);
        await wait(FIRST_PAUSE_MS * 3 ** attempt * (0.5 + Math.random()), undefined, {
          ...(signal && { signal }),
        });
      }
    }
  }

  /** Records that the server takes in one request. */
  async largestBatch(signal?: AbortSignal): Promise<number> {
    this.#largestBatch ??= await this.request((client) => client.getMaxBatchSize(), signal);
    return Math.max(1, Math.min(this.#largestBatch, this.#options.batchSize ?? 1000));
  }

  /** Never rejects. */
  async answers(): Promise<boolean> {
    try {
      return (await this.#client(PING_TIMEOUT_MS).heartbeat()) > 0;
    } catch {
      return false;
    }
  }

  /** A client a request: its options hold the signal that ends the request. */
  #client(timeoutMs: number, signal?: AbortSignal): ChromaClient {
    const timeout = AbortSignal.timeout(timeoutMs);
    const { chromaTenant = 'default_tenant', chromaDatabase = 'default_database', token } = this.#options;
    return new this.#chroma.ChromaClient({
      ...this.#host,
      tenant: chromaTenant,
      database: chromaDatabase,
      ...(token !== undefined && { headers: { 'x-chroma-token': token, authorization: `Bearer ${token}` } }),
      fetchOptions: { signal: signal ? AbortSignal.any([timeout, signal]) : timeout },
    });
  }
}

function hostOf(text: string): { host: string; port: number; ssl: boolean } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.username !== '') {
    throw invalid(
      'The address of a Chroma server must be like http://host:8000 or https://host, without a path',
    );
  }
  const ssl = url.protocol === 'https:';
  return { host: url.hostname, port: Number(url.port || (ssl ? 443 : 80)), ssl };
}
