import type { ApiKeys } from '../../../accounts/index.js';

const NAME = 'demo';

/** A new key of the demo. What it is, is known at this moment alone, so each start has one, and ends those before. */
export async function demoKey(apiKeys: ApiKeys): Promise<string> {
  const { id, key } = await apiKeys.create({ name: NAME, roles: ['owner'] });
  const former = (await apiKeys.list()).filter(
    (each) => each.name === NAME && each.id !== id && each.revokedAt === null,
  );
  for (const each of former) await apiKeys.revoke(each.id);
  return key;
}
