import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { cachedFolder } from '../harness/folders.js';

const run = promisify(execFile);

/** Exact versions; those that a peer names as its peers, too. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@langchain/community': '1.1.29',
  '@langchain/core': '1.3.5',
  llamaindex: '0.12.1',
  '@llamaindex/postgres': '0.0.66',
  '@llamaindex/core': '0.6.23',
  '@llamaindex/env': '0.1.31',
  '@mastra/pg': '1.27.1',
  '@mastra/core': '1.71.0',
  pg: '8.23.1',
  pgvector: '0.2.0',
};

/** Mastra needs Node 22.13; everyone runs on the same one. */
const NODE = '22.23.3';

export interface InstalledPeers {
  readonly folder: string;
  /** The Node that all contestants run on. */
  readonly node: string;
}

/** The peers and a Node that all of them run on, installed once and kept in the system's temporary folder. */
export async function installPeers(context: BenchmarkContext): Promise<InstalledPeers> {
  const { platform, arch } = process;
  const node = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const packages = { ...PACKAGES, [node]: NODE };
  const folder = await cachedFolder('knowledge-peers', [JSON.stringify(packages)], async (aside) => {
    context.progress(`installing the peers into ${aside}`);
    await writeFile(join(aside, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
    // Their optional peers are dozens of clients of other services.
    const options = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...options], { cwd: aside, maxBuffer: 1 << 24 });
  });
  context.note(
    `peers: ${Object.entries(PACKAGES)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  );
  return { folder, node: join(folder, 'node_modules', node, 'bin', 'node') };
}
