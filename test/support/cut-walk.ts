import type { CuttingProxy, SeenMessage, Side } from './cutting-proxy.js';

/** One place at which a connection is cut: the n-th message of a side, since it was armed. */
export interface CutPoint {
  readonly side: Side;
  readonly index: number;
  readonly where: 'before' | 'after';
}

/** Connections that look at the server are not those that work is done on. */
const MONITOR = 'aquifer monitor';

/** Counts and cuts the messages of a proxy's working connections. */
export class CutWalk {
  readonly #proxy: CuttingProxy;
  readonly #monitors = new Set<number>();

  constructor(proxy: CuttingProxy) {
    this.#proxy = proxy;
    this.#watch(() => 'pass');
  }

  /** Every place at which `work` can be cut while it runs undisturbed. */
  async points(work: () => Promise<unknown>): Promise<CutPoint[]> {
    const seen = { frontend: 0, backend: 0 };
    this.#watch(({ side }) => {
      seen[side]++;
      return 'pass';
    });
    await work();
    this.#watch(() => 'pass');
    const places = (side: Side) =>
      Array.from({ length: seen[side] }, (_, index) => [
        { side, index, where: 'before' } as const,
        { side, index, where: 'after' } as const,
      ]).flat();
    return [...places('frontend'), ...places('backend')];
  }

  /** Runs `work` with the connection cut once, at `point`; tells whether it came that far. */
  async cutAt({ side, index, where }: CutPoint, work: () => Promise<unknown>): Promise<boolean> {
    let left = index;
    let isCut = false;
    this.#watch((message) => {
      if (isCut || message.side !== side || left-- > 0) return 'pass';
      isCut = true;
      return where;
    });
    await work();
    this.#watch(() => 'pass');
    return isCut;
  }

  #watch(judge: CuttingProxy['judge']): void {
    this.#proxy.judge = (message) => {
      if (isMonitors(message)) this.#monitors.add(message.connection);
      return this.#monitors.has(message.connection) ? 'pass' : judge(message);
    };
  }
}

function isMonitors({ type, bytes }: SeenMessage): boolean {
  return type === 'startup' && bytes.includes(MONITOR);
}
