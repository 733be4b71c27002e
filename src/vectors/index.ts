export { encodeVector, encodeVectors } from './encode.js';
