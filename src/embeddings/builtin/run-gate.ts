export { RunGate } from '../local/run-gate.js';
