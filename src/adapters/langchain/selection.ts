import { AquiferError } from '../../errors/index.js';
import { type Filter, parseFilter } from '../../filters/index.js';
import type { VectorSelection } from '../../vectors/store.js';

/** What is to be deleted, in one of four ways; `all` only where it is said. */
export interface DeleteParameters {
  readonly ids?: readonly string[];
  /** Values of the metadata key that names documents. */
  readonly documentIds?: readonly string[];
  readonly filter?: Filter;
  readonly all?: true;
}

/** @throws AQF_ARGUMENT_INVALID for none of the ways or more than one, so that a slip deletes nothing */
export function toSelection(parameters: DeleteParameters = {}): VectorSelection {
  const ways = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const [way, ...others] = ways;
  if (!way || others.length > 0) throw unclear();
  const { ids, documentIds, filter, all } = parameters;
  if (ids) return { ids };
  if (documentIds) return { documentIds };
  if (filter && Object.keys(filter).length > 0) return { filter: parseFilter(filter) };
  if (all === true) return 'all';
  throw unclear();
}

function unclear(): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', 'It is not clear what is to be deleted.', {
    hint: 'Give one of { ids }, { documentIds }, { filter } with a condition, or { all: true }.',
  });
}
