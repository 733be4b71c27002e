export { type OllamaOptions, openOllama } from './open-ollama.js';
