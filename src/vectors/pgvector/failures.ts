import { AquiferError, type ErrorCode, isAquiferError } from '../../errors/index.js';
import type { TenantContext } from '../../relational/index.js';
import { checkedTenant, invalid } from '../records/index.js';

/** Characters, as the domain aquifer.tenant_id has it. */
const LONGEST_TENANT = 128;
const OUT_OF_REACH: readonly ErrorCode[] = ['AQF_DATABASE_UNAVAILABLE', 'AQF_CONNECTION_LOST'];

/**
 * Work of a tenant; what the database says is told in the words of a vector store.
 * @throws AQF_VECTORS_UNAVAILABLE in place of a lost database; AQF_SCOPE_MISSING, AQF_ARGUMENT_INVALID
 */
export async function asVectorStore<T>(context: TenantContext, work: () => Promise<T>): Promise<T> {
  if ([...checkedTenant(context)].length > LONGEST_TENANT) {
    throw invalid(`A tenant has a name of at most ${LONGEST_TENANT} characters`);
  }
  try {
    return await work();
  } catch (error) {
    if (!isAquiferError(error) || !OUT_OF_REACH.includes(error.code)) throw error;
    throw new AquiferError('AQF_VECTORS_UNAVAILABLE', error.message, { facts: error.facts, cause: error });
  }
}
