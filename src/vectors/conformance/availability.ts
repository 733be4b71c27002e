import { expect, test } from 'vitest';
import { type Opened, record, space, Tenants, type VectorStoreFixture, X_AXIS } from './fixture.js';

export function availabilityTests(opened: () => Opened, { openUnavailable }: VectorStoreFixture): void {
  test('names its kind and is available', async () => {
    const { store } = opened();
    expect(store.kind).toMatch(/^\w+/);
    expect(await store.isAvailable()).toBe(true);
  });

  if (!openUnavailable) return;
  test('says that it is not available, and fails with a clear error', async () => {
    const store = await openUnavailable();
    const context = new Tenants().tenant();
    const refusal = { code: 'AQF_VECTORS_UNAVAILABLE' };
    expect(await store.isAvailable()).toBe(false);
    await expect(store.upsert(context, space(), [record('a')])).rejects.toMatchObject(refusal);
    await expect(store.query(context, space(), X_AXIS, { topK: 1 })).rejects.toMatchObject(refusal);
    await expect(store.count(context, space())).rejects.toMatchObject(refusal);
    await expect(store.spaces(context)).rejects.toMatchObject(refusal);
    await store.close();
  });
}
