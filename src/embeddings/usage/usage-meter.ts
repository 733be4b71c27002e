import { AquiferError, messageOf } from '../../errors/index.js';
import type { RelationalProvider, SystemContext } from '../../relational/index.js';
import { ADD } from './queries.js';
import { dayOf } from './read-usage.js';
import type { EmbeddingUse } from './use.js';

export interface UsageMeterOptions {
  readonly relational: Pick<RelationalProvider, 'query'>;
  /** Milliseconds between two writes. @default 5000 */
  readonly everyMs?: number | undefined;
}

/** What was embedded with a model since the start of this process, whoever for. */
export interface UsageTotals {
  readonly model: string;
  readonly requests: number;
  readonly texts: number;
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
}

interface Amounts {
  requests: number;
  texts: number;
  tokens: number;
  cost: number;
}

interface Account extends Amounts {
  readonly tenant_id: string;
  readonly day: string;
  readonly model: string;
}

const CONTEXT: SystemContext = { kind: 'system', reason: 'embedding usage' };
const LONGEST_TENANT = 128;

/**
 * Counts what embedding takes, in memory, and adds it to the accounts of the tenants every few seconds in one
 * statement. What could not be written is kept and written later; `close` writes the rest. A process that is killed
 * loses the last seconds.
 */
export class UsageMeter {
  readonly #relational: Pick<RelationalProvider, 'query'>;
  readonly #everyMs: number;
  readonly #totals = new Map<string, Amounts>();
  #accounts = new Map<string, Account>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor({ relational, everyMs = 5000 }: UsageMeterOptions) {
    this.#relational = relational;
    this.#everyMs = everyMs;
  }

  /** To be given to an embedder as `onUse`. Work for no tenant is in the totals and on nobody's account. */
  readonly record = (use: EmbeddingUse): void => {
    add(
      entryOf(this.#totals, use.model, () => ({ ...NOTHING })),
      use,
    );
    if (!isTenant(use.tenantId)) return;
    this.#charge({ ...use, tenant_id: use.tenantId, day: dayOf(new Date()) });
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), this.#everyMs).unref();
  };

  totals(): UsageTotals[] {
    return Array.from(this.#totals, ([model, amounts]) => ({ model, ...amounts }));
  }

  /**
   * Writes what was counted so far.
   * @throws AQF_DATABASE_UNAVAILABLE and others of the database; what was counted is kept
   */
  flush(): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  /**
   * Writes the rest. To be called after the embedders are closed and before the database is.
   * @throws AQF_DATABASE_UNAVAILABLE naming what is lost when the database does not take it
   */
  async close(): Promise<void> {
    try {
      await this.flush();
    } catch (cause) {
      clearTimeout(this.#timer);
      const tokens = [...this.#accounts.values()].reduce((sum, account) => sum + account.tokens, 0);
      const message = `The use of ${tokens} tokens could not be written to ${this.#accounts.size} accounts: ${messageOf(cause)}`;
      throw new AquiferError('AQF_DATABASE_UNAVAILABLE', message, { facts: { tokens }, cause });
    }
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const accounts = [...this.#accounts.values()];
    if (accounts.length === 0) return;
    this.#accounts = new Map();
    try {
      await this.#relational.query(CONTEXT, { ...ADD, values: [JSON.stringify(accounts)] });
    } catch (error) {
      for (const account of accounts) this.#charge(account);
      this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), this.#everyMs).unref();
      throw error;
    }
  }

  #charge({ tenant_id, day, model, ...amounts }: Account): void {
    const key = JSON.stringify([tenant_id, day, model]);
    add(
      entryOf(this.#accounts, key, () => ({ tenant_id, day, model, ...NOTHING })),
      amounts,
    );
  }
}

const NOTHING: Amounts = { requests: 0, texts: 0, tokens: 0, cost: 0 };

function entryOf<Value>(entries: Map<string, Value>, key: string, make: () => Value): Value {
  const entry = entries.get(key) ?? make();
  entries.set(key, entry);
  return entry;
}

function add(sum: Amounts, { requests, texts, tokens, cost }: Amounts): void {
  sum.requests += requests;
  sum.texts += texts;
  sum.tokens += tokens;
  sum.cost += cost;
}

/** One that no row could name would keep all the others from being written. */
function isTenant(tenantId: string | undefined): tenantId is string {
  return (
    tenantId !== undefined &&
    tenantId.length > 0 &&
    tenantId.length <= LONGEST_TENANT &&
    !tenantId.includes('\0')
  );
}
