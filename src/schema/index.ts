export { dumpSchema } from './dump/dump.js';
