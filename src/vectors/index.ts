export { vectorLiteral } from './literal.js';
