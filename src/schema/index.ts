export { type AdoptionProblem, checkAdoption } from './adoption/check.js';
export { dumpSchema } from './dump/dump.js';
