import { AquiferError } from '../errors/index.js';

/** Where in a filter something stands, as one would write it: `filter.or[1].year.gte`. */
export type Path = string;

const PLAIN_KEY = /^\w{1,64}$/;
const SHOWN_CHARACTERS = 64;

export function at(path: Path, key: string | number): Path {
  if (typeof key === 'number') return `${path}[${key}]`;
  return PLAIN_KEY.test(key)
    ? `${path}.${key}`
    : `${path}[${JSON.stringify(key.slice(0, SHOWN_CHARACTERS))}]`;
}

/** An argument error that says what is wrong and where. */
export function invalid(path: Path, what: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', `This filter cannot be used: ${path} ${what}.`, {
    facts: { path },
  });
}
