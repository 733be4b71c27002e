/** How a Chroma server is reached, and what its collections are called. */
export interface ChromaOptions {
  /** `http://host:8000` or `https://host`; a path is not supported by Chroma's client. */
  readonly url: string;
  /** Sent as `x-chroma-token` and as a bearer token. */
  readonly token?: string;
  /** Chroma's own tenant and database. @default 'default_tenant', 'default_database' */
  readonly chromaTenant?: string;
  readonly chromaDatabase?: string;
  /**
   * What collections are called: letters, digits, `-` and `_`, with `{tenant}`, and `{space}` and `{model}` where a
   * tenant has several; `_` stands between two of them. Such as `creator_{tenant}_knowledge`.
   * @default 'aquifer_{tenant}_{space}_{model}'
   */
  readonly collectionName?: string;
  /** Milliseconds that one request may take. @default 30000 */
  readonly timeoutMs?: number;
  /** How often a request is repeated that found no server, or one that failed. @default 3 */
  readonly retries?: number;
  /** Records a request, at most; the server's own limit counts too. @default 1000 */
  readonly batchSize?: number;
}

export const DEFAULT_COLLECTION_NAME = 'aquifer_{tenant}_{space}_{model}';
