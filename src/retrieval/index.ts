export { type Answer, type AnswerDependencies, type AnswerOptions, answer, keepWhole } from './answer.js';
export { type AnswerStream, streamAnswer } from './answer-stream.js';
export {
  type ChatCallOptions,
  type ChatMessage,
  type ChatModel,
  type ChatOptions,
  type ChatRequest,
  type ChatResponse,
  createChat,
} from './chat/chat.js';
export { openChat } from './chat/open-chat.js';
export { citedNumbers } from './citations.js';
export type { CountTokens } from './context/fit.js';
export type { DocumentName, FoundChunk, NeighbourChunk, Passage } from './context/passage.js';
export {
  buildContext,
  type Citation,
  type ContextOptions,
  type RetrievedContext,
  type RetrieveOptions,
  retrieve,
  type SearchChunks,
} from './retrieve.js';
