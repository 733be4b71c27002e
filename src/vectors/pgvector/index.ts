export { pgvectorStore } from './store.js';
