import type { TransactionContext } from '../context.js';
import type { RelationalProvider, Transaction } from '../provider.js';

/** Carries a result out of a transaction that is to be rolled back: only a rejection makes a provider do so. */
class RollBack<T> extends Error {
  readonly result: T;

  constructor(result: T) {
    super('rolled back on purpose');
    this.result = result;
  }
}

/** Runs `work` in a transaction, undoes what it wrote, and resolves to what it returned. */
export async function rolledBack<T>(
  provider: RelationalProvider,
  context: TransactionContext,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  try {
    return await provider.transaction(context, async (tx) => {
      throw new RollBack(await work(tx));
    });
  } catch (error) {
    if (error instanceof RollBack) return error.result as T;
    throw error;
  }
}
