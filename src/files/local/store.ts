import { randomUUID } from 'node:crypto';
import { opendir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AquiferError, messageOf } from '../../errors/index.js';
import type { ContentKey, FileStore, StagedContent } from '../store.js';
import type { FileContent } from '../types.js';
import { folderId } from './folder-id.js';
import { openContent } from './open-content.js';
import { receiveFile } from './receive.js';
import { stagedFile } from './staged.js';

const INCOMING = 'incoming';
const SPACE = /^[0-9a-f]{32}$/;
const CONTENT = /^[0-9a-f]{64}$/;

/** Files in a folder: `<space>/<first two digits>/<sha256>`, and `incoming/` for what is not complete. */
export class LocalFileStore implements FileStore {
  readonly id: string;
  readonly #folder: string;

  private constructor(folder: string, id: string) {
    this.#folder = folder;
    this.id = `local:${id}`;
  }

  /** Makes the folder where it is missing. @throws AQF_FILE_STORE_UNAVAILABLE */
  static async open(folder: string): Promise<LocalFileStore> {
    const id = await reached(() => folderId(folder, INCOMING));
    return new LocalFileStore(folder, id);
  }

  async receive(content: FileContent, maxBytes?: number): Promise<StagedContent> {
    const path = join(this.#folder, INCOMING, randomUUID());
    const received = await receiveFile(path, content, maxBytes);
    return stagedFile(path, received, (space) => this.#pathOf({ space, sha256: received.sha256 }));
  }

  open(key: ContentKey): Promise<Readable> {
    return openContent(this.#pathOf(key));
  }

  async remove(key: ContentKey): Promise<void> {
    await reached(() => rm(this.#pathOf(key), { force: true }));
  }

  async *list(before: Date): AsyncIterable<ContentKey> {
    for await (const space of names(this.#folder, SPACE)) {
      for await (const part of names(join(this.#folder, space), /^[0-9a-f]{2}$/)) {
        for await (const sha256 of names(join(this.#folder, space, part), CONTENT)) {
          if (await isBefore(join(this.#folder, space, part, sha256), before)) yield { space, sha256 };
        }
      }
    }
  }

  async sweep(before: Date): Promise<number> {
    let removed = 0;
    const folder = join(this.#folder, INCOMING);
    for await (const name of names(folder, /./)) {
      const path = join(folder, name);
      if (!(await isBefore(path, before))) continue;
      await reached(() => rm(path, { force: true }));
      removed++;
    }
    return removed;
  }

  #pathOf({ space, sha256 }: ContentKey): string {
    if (!SPACE.test(space) || !CONTENT.test(sha256))
      throw new AquiferError('AQF_INTERNAL', 'A content is named by hexadecimal digits.');
    return join(this.#folder, space, sha256.slice(0, 2), sha256);
  }
}

async function* names(folder: string, pattern: RegExp): AsyncIterable<string> {
  const entries = await opendir(folder).catch(() => undefined);
  if (!entries) return;
  for await (const { name } of entries) if (pattern.test(name)) yield name;
}

/** A file that has gone meanwhile is nobody's. */
async function isBefore(path: string, before: Date): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.mtime < before;
}

async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new AquiferError(
      'AQF_FILE_STORE_UNAVAILABLE',
      `The folder of files cannot be used: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
