import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { type RelationalProvider, type Row, storable, type TenantContext } from '../relational/index.js';
import { assertContent, checkedFacts, checkedList } from './input.js';
import * as queries from './queries.js';
import { fileSpace } from './space.js';
import type { FileStore, StagedContent } from './store.js';
import type {
  FileContent,
  FileFacts,
  ListFilesOptions,
  OpenedFile,
  PutOptions,
  StoredFile,
} from './types.js';

type FileRow = StoredFile & Row & { readonly store: string };

/** What files stand on. */
export interface FileDependencies {
  readonly relational: RelationalProvider;
  /** Opened with the first use. */
  readonly store: () => Promise<FileStore>;
}

/** The files of one tenant: `scope.files`. The database says which there are, a store has their bytes. */
export class Files {
  readonly #deps: FileDependencies;
  readonly #context: TenantContext;
  readonly #space: string;

  constructor(deps: FileDependencies, context: TenantContext) {
    this.#deps = deps;
    this.#context = context;
    this.#space = fileSpace(context.tenantId);
  }

  /**
   * Reads a stream to its end and keeps it. When it fails nothing is left of it.
   * @throws AQF_ARGUMENT_INVALID, AQF_BODY_TOO_LARGE above `maxBytes`, AQF_FILE_STORE_UNAVAILABLE, what the stream throws
   */
  async put(content: FileContent, options: PutOptions): Promise<StoredFile> {
    const { maxBytes, ...facts } = options ?? {};
    checkedFacts(facts);
    const staged = await this.receive(content, maxBytes);
    try {
      return await this.keep(staged, facts);
    } finally {
      await staged.discard();
    }
  }

  /** The first half of `put`: what is received is nobody's until it is kept. Discard it otherwise. */
  async receive(content: FileContent, maxBytes?: number): Promise<StagedContent> {
    assertContent(content);
    return (await this.#deps.store()).receive(content, maxBytes);
  }

  /** The second half of `put`; the bytes that it kept cannot be kept again. @throws AQF_ARGUMENT_INVALID, AQF_FILE_STORE_UNAVAILABLE */
  async keep(staged: StagedContent, facts: FileFacts): Promise<StoredFile> {
    const { name, mediaType, purpose, expiresAt } = checkedFacts(facts);
    const { id: store } = await this.#deps.store();
    const { sha256, bytes } = staged;
    const row = await this.#holding(sha256, async (ask) => {
      await staged.keep(this.#space);
      return ask(queries.INSERT, [name, mediaType, sha256, bytes, purpose, store, expiresAt ?? null]);
    });
    return shown(only(row, name));
  }

  /** @throws AQF_FILE_NOT_FOUND */
  async get(id: string): Promise<StoredFile> {
    return shown(await this.#find(id));
  }

  /** @throws AQF_FILE_NOT_FOUND; AQF_FILE_STORE_UNAVAILABLE where the bytes are kept by another server, or are gone */
  async open(id: string): Promise<OpenedFile> {
    const row = await this.#find(id);
    const store = await this.#deps.store();
    if (row.store !== store.id) {
      throw new AquiferError(
        'AQF_FILE_STORE_UNAVAILABLE',
        `The bytes of this file are not on this machine: they are in the store ${row.store}, and this server has ${store.id}.`,
        { hint: 'Ask the server that received it, or give all servers the same dataDir.' },
      );
    }
    return { file: shown(row), content: await store.open({ space: this.#space, sha256: row.sha256 }) };
  }

  /** A page of files, the newest first. @throws AQF_ARGUMENT_INVALID */
  async list(options: ListFilesOptions = {}): Promise<StoredFile[]> {
    const { purpose, limit, after, order } = checkedList(options);
    const rows = await this.#ask(queries.listFiles(order), [purpose ?? null, after ?? null, limit]);
    return rows.map(shown);
  }

  /** Removes the file, and its bytes where no other file of the tenant has the same. @throws AQF_FILE_NOT_FOUND */
  async delete(id: string): Promise<void> {
    const [row] = await this.#ask(queries.DELETE, [uuid(id)]);
    if (!row) throw notFound(id);
    const store = await this.#deps.store();
    if (row.store !== store.id) return;
    const { sha256 } = row;
    await this.#holding(sha256, async (ask) => {
      const used = await ask(queries.IS_USED, [sha256, store.id]);
      if (used.length === 0) await store.remove({ space: this.#space, sha256 });
      return used;
    });
  }

  async #find(id: string): Promise<FileRow> {
    const [row] = await this.#ask(queries.GET, [uuid(id)]);
    if (!row) throw notFound(id);
    return row;
  }

  /** While it works, nobody else keeps or removes this content. */
  #holding<T>(sha256: string, work: (ask: Ask) => Promise<T>): Promise<T> {
    return this.#deps.relational.transaction(this.#context, async (tx) => {
      await tx.query(queries.HOLD, [this.#space, sha256]);
      return work(async (text, values) => (await tx.query<FileRow>(text, values)).rows);
    });
  }

  async #ask(text: string, values: readonly unknown[]): Promise<FileRow[]> {
    return (await this.#deps.relational.query<FileRow>(this.#context, { text, values })).rows;
  }
}

type Ask = (text: string, values: readonly unknown[]) => Promise<FileRow[]>;

function shown({ store: _, ...file }: FileRow): StoredFile {
  return file as StoredFile;
}

function only([row]: readonly FileRow[], name: string): FileRow {
  if (!row) throw new AquiferError('AQF_INTERNAL', `Keeping ${JSON.stringify(name)} returned no row.`);
  return row;
}

/** An id that is no UUID names no file; the database is not asked. */
function uuid(id: string): string {
  if (!z.uuid().safeParse(id).success) throw notFound(id);
  return id;
}

function notFound(id: string): AquiferError {
  const named = storable(typeof id === 'string' ? id.slice(0, 64) : typeof id);
  return new AquiferError('AQF_FILE_NOT_FOUND', `There is no file ${JSON.stringify(named)} in this tenant.`);
}
