export type { ConfiguredLimits, LiveLimits } from './limits.js';
export { serveLive } from './serve-live.js';
export type { LiveSockets } from './sockets.js';
