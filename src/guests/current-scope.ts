import { AsyncLocalStorage } from 'node:async_hooks';
import { AquiferError } from '../errors/index.js';
import type { GuestScope } from './host.js';

const storage = new AsyncLocalStorage<GuestScope>();

/** Runs `work`; whatever it calls, and what that awaits, finds `scope` with `currentScope()`. */
export function runInScope<T>(scope: GuestScope, work: () => T): T {
  return storage.run(scope, work);
}

/**
 * The scope that the caller runs in.
 * @throws AQF_SCOPE_MISSING outside of `runInScope`
 */
export function currentScope(): GuestScope {
  const scope = storage.getStore();
  if (scope) return scope;
  throw new AquiferError('AQF_SCOPE_MISSING', 'This runs in no scope.', {
    hint: 'Call it within runInScope(layer.scope({ tenantId }), …).',
  });
}
