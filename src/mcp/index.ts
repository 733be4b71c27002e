export { McpHttp } from './http.js';
export { createMcpServer, type McpOptions } from './server.js';
export type { McpSession } from './session.js';
export { serveMcpStdio } from './stdio.js';
