import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextTests } from './conformance/contexts.js';
import { coordinationTests } from './conformance/coordination.js';
import { copyTests, noCopyTests } from './conformance/copying.js';
import { errorTests } from './conformance/errors.js';
import { createItems } from './conformance/fixture.js';
import { migrationTests } from './conformance/migrations.js';
import { statementTests } from './conformance/statements.js';
import { transactionTests } from './conformance/transactions.js';
import { OWNER } from './context.js';
import { migrate } from './migrations/index.js';
import type { RelationalProvider } from './provider.js';

export interface ConformanceOptions {
  /** `none` for a provider that has no COPY. @default 'binary' */
  readonly copies?: 'binary' | 'none';
}

/**
 * What every relational provider must do. `open` gives a provider on an empty database; the suite migrates
 * and closes it.
 */
export function relationalConformance(
  name: string,
  open: () => Promise<RelationalProvider>,
  options: ConformanceOptions = {},
): void {
  describe(`relational provider: ${name}`, () => {
    let provider: RelationalProvider;
    const opened = () => provider;
    beforeAll(async () => {
      provider = await open();
      await migrate(provider);
      await createItems(provider);
    });
    afterAll(() => provider.close());

    describe('migrations', () => migrationTests(opened));
    describe('contexts', () => contextTests(opened));
    describe('statements', () => statementTests(opened));
    describe('transactions', () => transactionTests(opened));
    describe('errors', () => errorTests(opened));
    describe('copying', () => (options.copies === 'none' ? noCopyTests : copyTests)(opened));
    describe('locks, hints and figures', () => coordinationTests(opened));

    test('tells its health', async () => {
      const health = await provider.health();
      expect(health, health.error).toMatchObject({ status: 'up', timestamp: expect.any(Date) });
      expect(health.responseTime).toBeGreaterThan(0);
      expect(await provider.isAvailable()).toBe(true);
    });

    test('refuses work after it was closed, and closes twice without harm', async () => {
      const other = await open();
      await other.close();
      await other.close();
      const closed = { code: 'AQF_LAYER_CLOSED' };
      await expect(other.transaction(OWNER, (tx) => tx.query('select 1'))).rejects.toMatchObject(closed);
      await expect(other.query(OWNER, { text: 'select 1' })).rejects.toMatchObject(closed);
      expect(await other.health()).toMatchObject({ status: 'down', error: expect.any(String) });
      expect(await other.isAvailable()).toBe(false);
    });
  });
}
