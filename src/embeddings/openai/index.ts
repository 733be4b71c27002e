export { type OpenAiOptions, openOpenAi } from './open-openai.js';
export { endpoint } from './protocol.js';
