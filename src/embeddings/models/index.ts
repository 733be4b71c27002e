export { ModelRegistry, type ModelWish, type ResolvedModel } from './registry.js';
