import type { Cluster, Redis } from 'ioredis';
import { ROOT_PATH, spaceMark } from '../names.js';
import { SOCKET_TIMEOUT_MS } from './client.js';
import { disconnected } from './disconnected.js';
import { reasonOf, unavailable } from './failures.js';
import type { RedisKeys } from './keys.js';
import { MARK_TTL_MS } from './limits.js';
import { runScript } from './run-script.js';
import { DROP_ONLY, LEARN } from './scripts.js';
import { slotOf } from './slot.js';
import { readTerm } from './term.js';
import { newToken } from './tokens.js';

/** Milliseconds until the next look at a cluster in which a node is missing. */
const LOOK_AGAIN_MS = 250;

/**
 * The connections to the primaries of a cluster. Each is used only once its term is adopted (see `adoptTerm`), which is
 * why keys are routed here and not by ioredis: redirected, it would ask a node that has just become a primary.
 */
export class ClusterLink {
  readonly place: string;
  readonly #cluster: Cluster;
  readonly #names: RedisKeys;
  readonly #admitted = new WeakSet<Redis>();
  #primaries = new Map<string, Redis>();
  readonly #admissions = new WeakMap<Redis, Promise<void>>();
  #again: NodeJS.Timeout | undefined;
  #reason = 'not connected yet';
  #closed = false;

  constructor(cluster: Cluster, names: RedisKeys, place: string) {
    this.#cluster = cluster;
    this.#names = names;
    this.place = place;
    cluster.on('refresh', () => void this.#look());
    cluster.on('-node', () => this.#lookAgain());
    cluster.on('error', this.#note);
    cluster.on('node error', this.#note);
  }

  /** The connection to where a key of Redis is. @throws AQF_CACHE_STORE_UNAVAILABLE when there is none */
  at(key: string): Redis {
    const node = this.#primary(key);
    if (node && this.#admitted.has(node) && node.status === 'ready') return node;
    throw unavailable(this.place, new Error(`not connected (${this.#reason})`));
  }

  /** Does something with a key where it is, or where it has gone meanwhile. */
  async do<T>(key: string, work: (connection: Redis | Cluster) => Promise<T>): Promise<T> {
    try {
      return await work(this.at(key));
    } catch (error) {
      const message = reasonOf(error);
      // While a slot moves, only ioredis knows where each of its keys is; both nodes are primaries we had before.
      if (/^(ASK|TRYAGAIN) /.test(message)) return work(this.#cluster);
      if (!message.startsWith('MOVED ')) throw error;
      await this.refresh();
      return work(this.at(key));
    }
  }

  /** Every primary. @throws AQF_CACHE_STORE_UNAVAILABLE unless all are connected */
  all(): Redis[] {
    const nodes = [...this.#primaries.values()];
    if (nodes.length > 0 && nodes.every((node) => this.#admitted.has(node))) return nodes;
    throw unavailable(this.place, new Error(`not connected (${this.#reason})`));
  }

  /** Asks the cluster where its slots are; resolves when the primaries it names are connected or were found dead. */
  async refresh(): Promise<void> {
    await new Promise<void>((resolve) => this.#cluster.refreshSlotsCache(() => resolve()));
    await this.#look();
  }

  /** Resolves when every primary is connected, or after `timeoutMs`; never rejects. */
  async settled(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!this.#closed && !this.#isWhole() && performance.now() < deadline) {
      if (this.#cluster.status === 'end') return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** A connection of its own to where a key is now; tries once. */
  dial(key: string): Redis {
    const connection = this.at(key).duplicate({
      lazyConnect: true,
      enableOfflineQueue: false,
      socketTimeout: SOCKET_TIMEOUT_MS,
      retryStrategy: () => null,
    });
    connection.on('error', () => undefined);
    return connection;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#again);
    const ended = this.#cluster.nodes().map(disconnected);
    this.#cluster.disconnect();
    this.#primaries = new Map();
    await Promise.all(ended);
  }

  #primary(key: string): Redis | undefined {
    const address = this.#cluster.slots[slotOf(key)]?.[0];
    return address === undefined ? undefined : this.#primaries.get(address);
  }

  #isWhole(): boolean {
    const nodes = [...this.#primaries.values()];
    return nodes.length > 0 && nodes.every((node) => this.#admitted.has(node));
  }

  async #look(): Promise<void> {
    const nodes = this.#cluster.nodes('master');
    const primaries = new Map(nodes.map((node) => [`${node.options.host}:${node.options.port}`, node]));
    for (const node of this.#primaries.values()) {
      // Were it to become a primary again, its term would be another.
      if (!nodes.includes(node)) this.#admitted.delete(node);
    }
    this.#primaries = primaries;
    const outcomes = await Promise.allSettled(nodes.map((node) => this.#admit(node)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (!failed) return;
    this.#note(failed.reason);
    this.#lookAgain();
  }

  async #admit(node: Redis): Promise<void> {
    if (this.#admitted.has(node)) return;
    const under =
      this.#admissions.get(node) ?? this.#admission(node).finally(() => this.#admissions.delete(node));
    this.#admissions.set(node, under);
    await under;
  }

  async #admission(node: Redis): Promise<void> {
    await connected(node);
    await this.#adopt(await readTerm(node));
    if (node.status !== 'ready') throw new Error('the connection was lost');
    node.once('close', () => this.#admitted.delete(node));
    this.#admitted.add(node);
  }

  /** As `adoptTerm` does it, in steps: the mark of the root is elsewhere than the list of terms. */
  async #adopt(term: string): Promise<void> {
    const { run } = this.#names;
    const root = this.#names.mark(spaceMark(ROOT_PATH));
    const list = await this.#reached(run);
    if ((await list.sismember(run, term)) === 1) return;
    await runScript(await this.#reached(root), DROP_ONLY, [root], [0, newToken(), MARK_TTL_MS]);
    await runScript(list, LEARN, [run], [term]);
  }

  /** Connected to, if not yet admitted: nothing is read there that a value depends on. */
  async #reached(key: string): Promise<Redis> {
    const node = this.#primary(key);
    if (!node) throw new Error('the cluster does not say where the log is');
    await connected(node);
    return node;
  }

  #lookAgain(): void {
    if (this.#closed || this.#again !== undefined) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      if (this.#cluster.status === 'ready') void this.refresh();
    }, LOOK_AGAIN_MS);
    this.#again.unref();
  }

  readonly #note = (error: unknown) => {
    this.#reason = reasonOf(error);
  };
}

/** ioredis connects to a node with the first command; a node that does not answer is taken out of its pool. */
async function connected(node: Redis): Promise<void> {
  if (node.status === 'ready') return;
  if (node.status === 'wait') return node.connect();
  if (node.status === 'end' || node.status === 'close') throw new Error('the connection was lost');
  await new Promise<void>((resolve, reject) => {
    const settle = () => {
      node.off('ready', settle).off('close', settle);
      if (node.status === 'ready') resolve();
      else reject(new Error('the connection was lost'));
    };
    node.on('ready', settle).on('close', settle);
  });
}
