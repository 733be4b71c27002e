import type { ConfigSource } from './types.js';

/** A value that somebody gave for one setting, not yet checked. */
export interface Given {
  readonly value: unknown;
  readonly source: ConfigSource;
  /** Why there is no usable value, where that was found out while reading. Counts only if this is the one in force. */
  readonly problem?: string;
}

/** What one source gives, by dotted path. */
export interface Layer {
  readonly given: ReadonlyMap<string, Given>;
  /** Keys that no setting has, and the like. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export const EMPTY_LAYER: Layer = { given: new Map(), problems: [], warnings: [] };

/** How a message names the place a value was given at. */
export function nameSource(source: ConfigSource, path: string): string {
  if (source.kind === 'env') return source.name ?? path;
  if (source.kind === 'file') return `${path} in ${source.name}`;
  return `${path} (${source.name ?? source.kind})`;
}
