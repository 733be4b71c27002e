import type { Readable } from 'node:stream';

/** A file as it is kept: what is known of it, without its bytes. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** What it is for; `document` is the original of one. */
  readonly purpose: string;
  readonly createdAt: Date;
  readonly createdBy: string | null;
  /** From then on it is not found, and maintenance removes it. */
  readonly expiresAt: Date | null;
}

export interface FileFacts {
  /** What people call it, 1 to 1024 characters; it is no path. */
  readonly name: string;
  /** @default 'application/octet-stream' */
  readonly mediaType?: string | undefined;
  /** 1 to 128 characters. @default 'file' */
  readonly purpose?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

export interface PutOptions extends FileFacts {
  /** Bytes at most. @default no limit */
  readonly maxBytes?: number | undefined;
}

/** What a file is made of: a stream, or anything that gives bytes one after the other. */
export type FileContent = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface OpenedFile {
  readonly file: StoredFile;
  /** Must be read to its end, or destroyed. */
  readonly content: Readable;
}

export interface ListFilesOptions {
  readonly purpose?: string | undefined;
  /** 1 to 1000. @default 100 */
  readonly limit?: number | undefined;
  /** The id of the last file of the page before. */
  readonly after?: string | undefined;
  /** By when they came. @default 'newest' */
  readonly order?: 'newest' | 'oldest' | undefined;
}

/** Bytes that have arrived and that nobody can find yet: they are kept, or discarded. */
export interface ReceivedFile {
  readonly sha256: string;
  readonly bytes: number;
}
