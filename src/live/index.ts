export type { FollowedEvent, LiveEvent } from './event.js';
export type { Follower } from './follower.js';
export { Live, type LiveOptions } from './live.js';
export { FOLLOWED_OPERATIONS, type FollowOptions } from './options.js';
