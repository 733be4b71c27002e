import { CIRCUIT, type CircuitOptions, type Fetch } from '../../endpoints/index.js';
import type { UseListener } from '../usage/use.js';

/** How a provider behind HTTP is asked. */
export interface RemoteOptions {
  /** Milliseconds that one request may take. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** Requests under way at once. @default 4 */
  readonly maxConcurrency?: number | undefined;
  /** Texts in one request. @default 128 */
  readonly batchTexts?: number | undefined;
  /** Tokens in one request, about. @default 32000 */
  readonly batchTokens?: number | undefined;
  /** How often a request that failed is sent again. @default 4 */
  readonly retries?: number | undefined;
  /** Milliseconds that a batch waits in all for a provider that answers 429. @default 60000 */
  readonly rateLimitWaitMs?: number | undefined;
  /** When a provider that fails is left alone. @default after 5 failures in a row, for 10 seconds */
  readonly circuit?: Partial<CircuitOptions> | undefined;
  /** Hears of every request that was answered. */
  readonly onUse?: UseListener | undefined;
  /** In place of the global one: for a proxy, or a certificate of your own. */
  readonly fetch?: Fetch | undefined;
}

export interface RemoteSettings {
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
  readonly batchTexts: number;
  readonly batchTokens: number;
  readonly retries: number;
  readonly rateLimitWaitMs: number;
  readonly circuit: CircuitOptions;
  readonly onUse: UseListener;
  readonly fetch: Fetch;
}

export function remoteSettings(options: RemoteOptions): RemoteSettings {
  return {
    timeoutMs: options.timeoutMs ?? 30_000,
    maxConcurrency: options.maxConcurrency ?? 4,
    batchTexts: options.batchTexts ?? 128,
    batchTokens: options.batchTokens ?? 32_000,
    retries: options.retries ?? 4,
    rateLimitWaitMs: options.rateLimitWaitMs ?? 60_000,
    circuit: { ...CIRCUIT, ...options.circuit },
    onUse: options.onUse ?? (() => {}),
    fetch: options.fetch ?? globalThis.fetch,
  };
}
