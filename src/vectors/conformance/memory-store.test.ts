import { vectorStoreConformance } from '../conformance.js';
import { MemoryVectorStore } from './memory-store.js';

const shared = new MemoryVectorStore();
shared.close = async () => undefined;

vectorStoreConformance('memory', { open: async () => shared });
