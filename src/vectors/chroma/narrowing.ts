import type { Where } from 'chromadb';

/**
 * What Chroma is asked in place of a filter: never less than what matches. `exact` says that it is no more either.
 * `all` and `none` have no form in Chroma.
 */
export type Narrowing =
  | { readonly kind: 'all'; readonly exact: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'where'; readonly where: Where; readonly exact: boolean; readonly size: number };

export const NONE: Narrowing = { kind: 'none' };
export const ALL: Narrowing = { kind: 'all', exact: true };
/** Chroma cannot help: everything has to be looked at. */
export const UNMAPPED: Narrowing = { kind: 'all', exact: false };

export function where(condition: Where, exactness: 'exact' | 'wider' = 'exact'): Narrowing {
  return { kind: 'where', where: condition, exact: exactness === 'exact', size: 1 };
}

export function allOf(narrowings: readonly Narrowing[]): Narrowing {
  if (narrowings.some(({ kind }) => kind === 'none')) return NONE;
  const wheres = narrowings.filter((narrowing) => narrowing.kind === 'where');
  const exact = narrowings.every(isExact);
  return wheres.length === 0 ? { kind: 'all', exact } : joined('$and', wheres, exact);
}

export function anyOf(narrowings: readonly Narrowing[]): Narrowing {
  const all = narrowings.filter(({ kind }) => kind === 'all');
  if (all.length > 0) return { kind: 'all', exact: all.some(isExact) };
  const wheres = narrowings.filter((narrowing) => narrowing.kind === 'where');
  return wheres.length === 0 ? NONE : joined('$or', wheres, wheres.every(isExact));
}

/** Widened where some part is. */
export function wider(narrowing: Narrowing): Narrowing {
  return narrowing.kind === 'none' ? NONE : { ...narrowing, exact: false };
}

export function isExact(narrowing: Narrowing): boolean {
  return narrowing.kind === 'none' || narrowing.exact;
}

function joined(
  operator: '$and' | '$or',
  parts: readonly Extract<Narrowing, { kind: 'where' }>[],
  exact: boolean,
): Narrowing {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const [first] = parts;
  if (first && parts.length === 1) return { ...first, exact };
  const wheres = parts.map((part) => part.where);
  return {
    kind: 'where',
    where: (operator === '$and' ? { $and: wheres } : { $or: wheres }) as Where,
    exact,
    size,
  };
}
