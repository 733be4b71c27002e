/** `fetch`, as far as it is used. */
export type FetchFunction = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions {
  /** Of the server: `https://data.example`. In a browser the page's own by default. */
  readonly url?: string;
  /** An API key, or a JWT; a function is asked before each request and each connection. */
  readonly key: string | (() => string | Promise<string>);
  /** @default the one of the platform */
  readonly fetch?: FetchFunction;
  /** How often a request that may be repeated is, when the server is busy or out of reach. @default 3 */
  readonly retries?: number;
}

/** The options as the parts of the client use them. */
export interface Connection {
  readonly url: string;
  readonly retries: number;
  fetch: FetchFunction;
  key(): Promise<string>;
}

export function connectionOf({ url, key, fetch: given, retries = 3 }: ClientOptions): Connection {
  const own = (globalThis as { location?: { origin: string } }).location?.origin;
  const base = url ?? own;
  if (base === undefined) throw new TypeError('createClient needs the url of the server.');
  return {
    url: base.replace(/\/+$/, ''),
    retries,
    fetch: given ?? ((to, init) => fetch(to, init)),
    key: async () => (typeof key === 'function' ? key() : key),
  };
}
