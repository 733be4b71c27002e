import type { RelationalProvider } from '../provider.js';

/** A single server, as the cluster needs it. */
export interface ClusterNode extends RelationalProvider {
  maintain: NonNullable<RelationalProvider['maintain']>;
  /** Breaks every connection at once: for a server that has fallen silent. New ones may be opened afterwards. */
  sever(reason: Error): void;
}
