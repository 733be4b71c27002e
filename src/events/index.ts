export type { ChangeEvent, ChangeOperation } from './change-event.js';
export {
  type ChangedRows,
  type KeptInvalidation,
  keepInvalidation,
  type LedgerDelta,
  ledgerDelta,
} from './delta.js';
export { pruneEvents } from './prune.js';
export { Relay, type RelayOptions, type SubscriptionLag } from './relay.js';
export type { Subscriber } from './subscriber.js';
export type { Subscription } from './subscription.js';
