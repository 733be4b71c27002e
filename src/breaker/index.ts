export { Breaker, type BreakerOptions, type BreakerState } from './breaker.js';
