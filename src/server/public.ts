/** `aquifer/server`: a data layer of one's own, served from code. */
export { type ServeOptions, type Serving, serve } from './serve.js';
