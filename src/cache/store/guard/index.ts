export type { BreakerState } from '../../../breaker/index.js';
export type { GuardFigures, LaneFigures } from './figures.js';
export type { GuardOptions, StateChange } from './options.js';
export { StoreGuard } from './store-guard.js';
