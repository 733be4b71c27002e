import { afterAll, beforeAll, describe } from 'vitest';
import { availabilityTests } from './conformance/availability.js';
import { filteringTests } from './conformance/filtering.js';
import { type Opened, Tenants, type VectorStoreFixture } from './conformance/fixture.js';
import { isolationTests } from './conformance/isolation.js';
import { queryingTests } from './conformance/querying.js';
import { removingTests } from './conformance/removing.js';
import { scanningTests } from './conformance/scanning.js';
import { writingTests } from './conformance/writing.js';
import type { VectorStore } from './store.js';

export type { VectorStoreFixture } from './conformance/fixture.js';
export { MemoryVectorStore } from './conformance/memory-store.js';

/**
 * What every vector store must do. The suite works in tenants of its own, which it removes at the end, and closes the
 * stores that it opens.
 */
export function vectorStoreConformance(name: string, fixture: VectorStoreFixture): void {
  describe(`vector store: ${name}`, () => {
    const tenants = new Tenants();
    let stores: { readonly store: VectorStore; readonly other: VectorStore };
    const opened = (): Opened => ({
      ...stores,
      precision: fixture.precision ?? 0,
      tenant: (tenantId) => tenants.tenant(tenantId),
    });
    beforeAll(async () => {
      stores = { store: await fixture.open(), other: await fixture.open() };
    });
    afterAll(async () => {
      await tenants.removeAll(stores.store);
      await Promise.all([stores.store.close(), stores.other.close()]);
    });

    describe('writing', () => writingTests(opened));
    describe('querying', () => queryingTests(opened));
    describe('filters', () => filteringTests(opened));
    describe('removing and counting', () => removingTests(opened));
    describe('scanning', () => scanningTests(opened));
    describe('isolation', () => isolationTests(opened));
    describe('availability', () => availabilityTests(opened, fixture));
  });
}
