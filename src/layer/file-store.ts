import { join, resolve } from 'node:path';
import { type FileStore, LocalFileStore } from '../files/index.js';

/** Opens the store of files with its first use: a layer that keeps none makes no folder. */
export function lazyFileStore(dataDir: string): () => Promise<FileStore> {
  let opened: Promise<FileStore> | undefined;
  return () => {
    opened ??= LocalFileStore.open(join(resolve(dataDir), 'files')).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
