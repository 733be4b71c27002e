import type { Readable } from 'node:stream';
import type { FileContent, ReceivedFile } from './types.js';

/** Where one content is: the space of a tenant, and the SHA-256 of the bytes. */
export interface ContentKey {
  /** 32 hexadecimal digits; it tells nothing of the tenant. */
  readonly space: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** What a store received and has not made visible: opaque but for its facts. */
export interface StagedContent extends ReceivedFile {
  /** Makes the bytes those of the key; they are on the disk, or wherever the store is, when it resolves. Once. */
  keep(space: string): Promise<void>;
  /** Removes what was received; after `keep` it does nothing. */
  discard(): Promise<void>;
}

/**
 * Keeps bytes by their content. It knows no tenants and no names: the database does, and decides what counts. What is kept
 * twice in one space is kept once. Stores of objects (S3) fit: `receive` is an upload in parts to a key aside, `keep` a copy.
 */
export interface FileStore {
  /** Tells this store from others that servers of one database have: `local:<id>`. */
  readonly id: string;
  /**
   * Reads a stream to its end, as fast as it can be written; nothing of it is left when it fails.
   * @throws AQF_BODY_TOO_LARGE above `maxBytes`, AQF_FILE_STORE_UNAVAILABLE, what the stream throws
   */
  receive(content: FileContent, maxBytes?: number): Promise<StagedContent>;
  /** @throws AQF_FILE_STORE_UNAVAILABLE when the bytes are not there */
  open(key: ContentKey): Promise<Readable>;
  /** Nothing happens when it is not there. */
  remove(key: ContentKey): Promise<void>;
  /** Every content that was kept before `before`. */
  list(before: Date): AsyncIterable<ContentKey>;
  /** Removes what was begun before `before` and neither kept nor discarded. Resolves to how many. */
  sweep(before: Date): Promise<number>;
}
