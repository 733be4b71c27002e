export { openAiRoutes, serveOpenAi } from './serve-openai.js';
