import type {
  CacheStore,
  FeedTurn,
  LeaseReply,
  LogFollower,
  StoreRead,
} from '../../src/cache/store/store.js';

type Method = Exclude<keyof CacheStore, 'kind'>;
type Answer = (...args: never[]) => Promise<unknown>;

/** A store that does what the test says, and answers at once where it says nothing. */
export class ScriptedStore implements CacheStore {
  readonly kind = 'scripted';
  /** The calls of each method, by their arguments. */
  readonly calls: { readonly method: Method; readonly args: readonly unknown[] }[] = [];
  readonly #script = new Map<Method, Answer>();

  /** From now on the methods answer like this. */
  script(methods: Method | readonly Method[], answer: Answer): void {
    for (const method of [methods].flat() as Method[]) this.#script.set(method, answer);
  }

  /** From now on the methods answer as they did at first. */
  heal(...methods: readonly Method[]): void {
    if (methods.length === 0) this.#script.clear();
    for (const method of methods) this.#script.delete(method);
  }

  callsOf(method: Method): readonly (readonly unknown[])[] {
    return this.calls.filter((call) => call.method === method).map(({ args }) => args);
  }

  /** Values are the bytes of their keys; tokens are `token of <mark>`. */
  read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    return this.#answer('read', [keys, marks], {
      values: keys.map((key) => Buffer.from(key)),
      marks: marks.map((mark) => `token of ${mark}`),
    });
  }

  lease(...args: Parameters<CacheStore['lease']>): Promise<LeaseReply> {
    const [{ keys, marks, token }] = args;
    return this.#answer('lease', args, {
      keys: keys.map(() => ({ holder: token, value: undefined })),
      marks: marks.map((mark) => `token of ${mark}`),
    });
  }

  renew(...args: Parameters<CacheStore['renew']>): Promise<void> {
    return this.#answer('renew', args, undefined);
  }

  fill(...args: Parameters<CacheStore['fill']>): Promise<boolean[]> {
    return this.#answer(
      'fill',
      args,
      args[0].map(() => true),
    );
  }

  release(...args: Parameters<CacheStore['release']>): Promise<void> {
    return this.#answer('release', args, undefined);
  }

  write(...args: Parameters<CacheStore['write']>): Promise<void> {
    return this.#answer('write', args, undefined);
  }

  invalidate(...args: Parameters<CacheStore['invalidate']>): Promise<void> {
    return this.#answer('invalidate', args, undefined);
  }

  follow(...args: Parameters<CacheStore['follow']>): Promise<LogFollower> {
    return this.#answer('follow', args, { close: async () => undefined });
  }

  beginFeed(...args: Parameters<CacheStore['beginFeed']>): Promise<FeedTurn> {
    return this.#answer('beginFeed', args, { token: 'turn', position: undefined });
  }

  feed(...args: Parameters<CacheStore['feed']>): Promise<boolean> {
    return this.#answer('feed', args, true);
  }

  ping(): Promise<void> {
    return this.#answer('ping', [], undefined);
  }

  close(): Promise<void> {
    return this.#answer('close', [], undefined);
  }

  #answer<T>(method: Method, args: readonly unknown[], otherwise: T): Promise<T> {
    this.calls.push({ method, args });
    const scripted = this.#script.get(method);
    return scripted ? (scripted(...(args as never[])) as Promise<T>) : Promise.resolve(otherwise);
  }
}

export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
