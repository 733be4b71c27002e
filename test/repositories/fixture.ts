import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { Encryption, localKeyFile } from '../../src/encryption/index.js';
import { ensureEntities, type RowOf } from '../../src/entities/index.js';
import type { RelationalProvider, TenantContext } from '../../src/relational/index.js';
import { type BaseSession, Session } from '../../src/repositories/index.js';
import { onEveryDatabase, type ProviderOf } from '../entities/databases.js';
import { conversations, ENTITIES, users } from '../entities/schema.js';
import { makeTempDir } from '../support/temp-dir.js';

export interface Fixture {
  readonly provider: ProviderOf;
  readonly ciphers: () => Encryption;
  /** A session of a tenant of its own, or of the one that is named. */
  session(facts?: Partial<TenantContext>): Session;
}

/** Runs tests with the tables of the chat platform, on the databases that `on` stands for. */
export function withEntities(suite: (fixture: Fixture) => void, on = onEveryDatabase): Promise<void> {
  return on((provider) => {
    let ciphers: Encryption;
    beforeAll(async () => {
      const path = join(makeTempDir(), 'master.key');
      ciphers = new Encryption({ provider: await localKeyFile({ path, missing: 'create' }) });
      await ensureEntities(provider(), ENTITIES);
    });
    suite({
      provider,
      ciphers: () => ciphers,
      session: (facts) =>
        new Session(provider(), { kind: 'tenant', tenantId: `t-${randomUUID()}`, ...facts }, { ciphers }),
    });
  });
}

export function makeUser(session: BaseSession, email = 'ann@acme.example'): Promise<RowOf<typeof users>> {
  return session.repository(users).create({ email });
}

/** Conversations of a new user with these scores, titled by their place. */
export async function makeConversations(session: BaseSession, scores: readonly (number | null)[]) {
  const { id: ownerId } = await makeUser(session);
  const values = scores.map((score, index) => ({
    title: `c${String(index).padStart(4, '0')}`,
    ownerId,
    score,
  }));
  return session.repository(conversations).createMany(values);
}

/** A provider that counts what goes through it. */
export function counting(provider: RelationalProvider): {
  provider: RelationalProvider;
  calls: () => number;
} {
  let calls = 0;
  const query: RelationalProvider['query'] = (...args) => {
    calls += 1;
    return provider.query(...args);
  };
  const transaction: RelationalProvider['transaction'] = (...args) => {
    calls += 1;
    return provider.transaction(...args);
  };
  const counted = new Proxy(provider, {
    get: (target, name) => {
      if (name === 'query') return query;
      if (name === 'transaction') return transaction;
      return Reflect.get(target, name, target);
    },
  });
  return { provider: counted, calls: () => calls };
}

/** The codes with which calls that run at once are refused; undefined for one that is not. */
export async function codesOf(attempts: readonly Promise<unknown>[]): Promise<(string | undefined)[]> {
  const outcomes = await Promise.allSettled(attempts);
  return outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason?.code : undefined));
}
