export type { Protocol, ProviderAnswer } from './protocol.js';
export { RemoteEmbedder } from './remote-embedder.js';
export type { RemoteOptions } from './settings.js';
export { ESTIMATED, EXACT, type TokenCounter } from './token-budget.js';
