import { AquiferError } from '../../errors/index.js';
import type { TenantContext } from '../../relational/index.js';
import type { VectorSpace } from '../store.js';

const SPACE_NAME = /^[A-Za-z0-9_.-]{1,128}$/;
const METRICS: readonly unknown[] = ['cosine', 'l2', 'inner'];
const MOST_DIMENSIONS = 16_000;
const LONGEST_MODEL = 256;

/** @throws AQF_ARGUMENT_INVALID for what is no space */
export function checkSpace(space: VectorSpace): VectorSpace {
  const { name, model, dimensions, metric } = space;
  if (typeof name !== 'string' || !SPACE_NAME.test(name)) {
    throw invalid('The name of a vector space must be 1 to 128 letters, digits or _ . -');
  }
  if (typeof model !== 'string' || !isPlain(model) || model === '' || model.length > LONGEST_MODEL) {
    throw invalid(`The model of a vector space must be a text of 1 to ${LONGEST_MODEL} characters`);
  }
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MOST_DIMENSIONS) {
    throw invalid(`The dimensions of a vector space must be a whole number from 1 to ${MOST_DIMENSIONS}`);
  }
  if (!METRICS.includes(metric)) throw invalid('The metric of a vector space must be cosine, l2 or inner');
  return space;
}

/**
 * The tenant of a context, which becomes part of names.
 * @throws AQF_SCOPE_MISSING, AQF_ARGUMENT_INVALID
 */
export function checkedTenant({ tenantId }: TenantContext): string {
  if (tenantId === '' || typeof tenantId !== 'string') {
    throw new AquiferError('AQF_SCOPE_MISSING', 'Vectors belong to a tenant, and none is given.');
  }
  if (!isPlain(tenantId) || tenantId.length > 1024)
    throw invalid('This tenant has a name that cannot be stored');
  return tenantId;
}

/** Without NUL and halves of surrogate pairs, which neither store can hold. */
export function isPlain(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

export function invalid(message: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', `${message}.`);
}

export function wrongDimensions(space: VectorSpace, given: number): AquiferError {
  const message = `A vector of ${given} dimensions was given to the space ${space.name} of ${space.model}, whose vectors have ${space.dimensions}.`;
  return new AquiferError('AQF_VECTOR_DIMENSIONS', message, {
    facts: { space: space.name, model: space.model, dimensions: space.dimensions, given },
  });
}
