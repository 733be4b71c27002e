export { type OpenQueueOptions, openTurnQueue } from './open.js';
export { type QueueWish, queuePlace } from './place.js';
export type { RedisQueueOptions } from './redis-options.js';
export type { QueueSettings } from './settings.js';
export type {
  FailedTurn,
  QueueFigures,
  Turn,
  TurnOutcome,
  TurnQueue,
  TurnWorker,
  WorkOptions,
} from './turn-queue.js';
