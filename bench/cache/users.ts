/** What the caches hold: rows as applications keep them, some 200 bytes as JSON. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly teamId: string;
  readonly active: boolean;
  readonly createdAt: string;
}

const FIRST = Date.UTC(2026, 0, 1);

export function makeUser(id: number): User {
  return {
    id,
    name: `Ada Number ${id}`,
    email: `ada.${id}@example.com`,
    roles: ['editor', 'viewer'],
    teamId: `team-${id % 50}-8d3f2a61`,
    active: id % 7 !== 0,
    createdAt: new Date(FIRST + id * 60_000).toISOString(),
  };
}

export function userKey(id: number): string {
  return `user:${id}`;
}

/** Keys of `count` users in an order without pattern, the same one each time. */
export function shuffledKeys(count: number): string[] {
  const keys = Array.from({ length: count }, (_, id) => userKey(id));
  let state = 1;
  for (let last = count - 1; last > 0; last--) {
    // The minimal standard generator (Park and Miller 1988): the same order in every run.
    state = (state * 48_271) % 2_147_483_647;
    const other = state % (last + 1);
    [keys[last], keys[other]] = [keys[other] as string, keys[last] as string];
  }
  return keys;
}

/** Ten minutes: no entry ends while it is measured. */
export const TTL_MS = 600_000;
