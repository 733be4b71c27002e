export { serveOpenAi } from './serve-openai.js';
