import { onTestFinished } from 'vitest';
import {
  type ClusterOptions,
  openCluster,
  type RelationalCluster,
} from '../../src/relational/cluster/provider.js';
import type { PrivateCluster } from './private-cluster.js';

const POOL = { min: 0, max: 20, idleTimeoutMs: 30_000, acquireTimeoutMs: 10_000 };

/** A provider over a private cluster; the test closes it when it has finished. */
export async function openOn(
  cluster: PrivateCluster,
  options: Partial<ClusterOptions> = {},
): Promise<RelationalCluster> {
  const urls = cluster.nodes.map((node) => node.url());
  const provider = await openCluster({ urls, pool: POOL, ...options });
  onTestFinished(() => provider.close());
  return provider;
}

/** A promise that can be waited for from outside. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 10_000) {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not in ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
