/**
 * The database of a single Redis server (or of one behind Sentinel) that each purpose has for itself, so that emptying
 * one leaves the others alone. A cluster has database 0 only; there the prefix of the keys keeps purposes apart.
 */
export const REDIS_DATABASES = { sessions: 0, cache: 1, queues: 2, websocket: 3, rateLimits: 4 } as const;

export type RedisPurpose = keyof typeof REDIS_DATABASES;
