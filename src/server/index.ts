export { Server, type ServerOptions } from './server.js';
export { type ServerSettings, serverSettings } from './settings.js';
