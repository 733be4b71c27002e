export { type BackoffBounds, backoffMs, spread } from './backoff.js';
export { CIRCUIT, Circuit, type CircuitOptions, type LeftAlone } from './circuit.js';
export { Endpoint, type EndpointOptions } from './endpoint.js';
export {
  type EndpointRequest,
  type ExchangeOptions,
  exchange,
  type Fetch,
  type Outcome,
} from './exchange.js';
export { type LinkedSignal, linkedSignal } from './linked-signal.js';
export { retryAfterMs } from './retry-after.js';
