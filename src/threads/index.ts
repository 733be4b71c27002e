export { threadEntry } from './entry.js';
export { type Handlers, ThreadHost, type ThreadOptions } from './host.js';
export { serve } from './serve.js';
export { fromWireError, toWireError, type WireError } from './wire.js';
