import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { FileContent, Files, StagedContent, StoredFile } from '../files/index.js';
import type { RelationalProvider, Row, TenantContext } from '../relational/index.js';
import { assertReceived, checkedFacts, checkedListing, fileNameOf } from './input.js';
import * as queries from './queries.js';
import type { ListUploadsOptions, ReceivedUpload, Upload, UploadFacts } from './types.js';

/** What the original of a document is for. */
export const ORIGINAL = 'document';

/** What uploads stand on. */
export interface UploadDependencies {
  readonly relational: RelationalProvider;
  readonly files: Files;
  /** Told when there is something to do. */
  readonly onQueued: () => void;
}

/** Files of one tenant on their way to being documents: `scope.uploads`. */
export class Uploads {
  readonly #deps: UploadDependencies;
  readonly #context: TenantContext;

  constructor(deps: UploadDependencies, context: TenantContext) {
    this.#deps = deps;
    this.#context = context;
  }

  /** Whether files may come with these facts, before the first byte of them is read. @throws AQF_ARGUMENT_INVALID */
  check(facts: UploadFacts, fileName: string): void {
    checkedFacts(facts, fileNameOf(fileName));
  }

  /** Reads a file to its end. It is nobody's until `add`; discard it otherwise. */
  receive(content: FileContent, maxBytes?: number): Promise<StagedContent> {
    return this.#deps.files.receive(content, maxBytes);
  }

  /**
   * Keeps files that were received, all or none, and has them made documents; `get` tells how far that is.
   * @throws AQF_ARGUMENT_INVALID, AQF_FILE_STORE_UNAVAILABLE
   */
  async add(received: readonly ReceivedUpload[], facts: UploadFacts = {}): Promise<Upload[]> {
    assertReceived(received);
    const named = received.map((upload) => ({ ...upload, name: fileNameOf(upload.name) }));
    const checked = named.map(({ name }) => checkedFacts(facts, name));
    if (received.length > 1 && (facts.source !== undefined || facts.title !== undefined))
      throw new AquiferError('AQF_ARGUMENT_INVALID', '`source` and `title` are those of one file alone.');
    const files = await this.#keepAll(named);
    const rows = files.map(({ id, name, bytes }, at) => {
      const { collection, source = name, title, language } = checked[at] ?? { collection: '' };
      return { fileId: id, name, bytes, collection, source, title, language };
    });
    try {
      const { metadata } = facts;
      const values = [JSON.stringify(rows), metadata === undefined ? null : JSON.stringify(metadata)];
      const uploads = await this.#ask<Upload & Row>(queries.INSERT, values);
      this.#deps.onQueued();
      return uploads;
    } catch (error) {
      await this.#deleteAll(files);
      throw error;
    }
  }

  /** A page of uploads, the newest first. @throws AQF_ARGUMENT_INVALID */
  list(options: ListUploadsOptions = {}): Promise<Upload[]> {
    const { status, after, limit } = checkedListing(options);
    return this.#ask<Upload & Row>(queries.LIST, [status ?? null, after ?? null, limit]);
  }

  /** @throws AQF_UPLOAD_NOT_FOUND */
  async get(id: string): Promise<Upload> {
    const [upload] = await this.#ask<Upload & Row>(queries.GET, [uuid(id)]);
    if (!upload) throw notFound(id);
    return upload;
  }

  /**
   * Forgets an upload; one that was not stored takes its file along. A document that came of it stays.
   * @throws AQF_UPLOAD_NOT_FOUND; AQF_ARGUMENT_INVALID while it is worked on
   */
  async forget(id: string): Promise<void> {
    type Forgotten = Row & { readonly fileId: string | null; readonly status: string };
    const [forgotten] = await this.#ask<Forgotten>(queries.FORGET, [uuid(id)]);
    if (!forgotten) {
      const { status } = await this.get(id);
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        `This upload is ${status}: it can be forgotten when that is over.`,
      );
    }
    const { fileId, status } = forgotten;
    if (fileId !== null && status !== 'stored') await this.#deleteOwn(fileId);
  }

  /** A file that was there before, and was only to become a document too, stays. */
  async #deleteOwn(fileId: string): Promise<void> {
    const { purpose } = await this.#deps.files.get(fileId);
    if (purpose === ORIGINAL) await this.#deps.files.delete(fileId);
  }

  async #keepAll(received: readonly ReceivedUpload[]): Promise<StoredFile[]> {
    const kept: StoredFile[] = [];
    try {
      for (const { staged, name, mediaType } of received)
        kept.push(await this.#deps.files.keep(staged, { name, mediaType, purpose: ORIGINAL }));
      return kept;
    } catch (error) {
      await this.#deleteAll(kept);
      throw error;
    }
  }

  /** What cannot be removed now is swept later. */
  async #deleteAll(files: readonly StoredFile[]): Promise<void> {
    await Promise.allSettled(files.map(({ id }) => this.#deps.files.delete(id)));
  }

  async #ask<R extends Row>(text: string, values: readonly unknown[]): Promise<R[]> {
    return (await this.#deps.relational.query<R>(this.#context, { text, values })).rows;
  }
}

function uuid(id: string): string {
  if (!z.uuid().safeParse(id).success) throw notFound(id);
  return id;
}

function notFound(id: string): AquiferError {
  const shown = typeof id === 'string' ? id.slice(0, 64) : typeof id;
  return new AquiferError(
    'AQF_UPLOAD_NOT_FOUND',
    `There is no upload ${JSON.stringify(shown)} in this tenant.`,
  );
}
