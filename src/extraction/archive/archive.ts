import { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { isAquiferError, messageOf } from '../../errors/index.js';
import { corrupt, encrypted, expandedTooLarge } from '../failures.js';
import { withTrueEnd } from './end-record.js';
import type { ExpansionBudget } from './expansion.js';

/** A ZIP archive in memory whose entries are expanded as a stream, within a budget. */
export class Archive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #budget: ExpansionBudget;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, budget: ExpansionBudget) {
    this.#zip = zip;
    this.#entries = entries;
    this.#budget = budget;
  }

  /** @throws AQF_EXTRACTION_CORRUPT, AQF_EXTRACTION_EXPANDED_TOO_LARGE */
  static async open(bytes: Uint8Array, budget: ExpansionBudget): Promise<Archive> {
    try {
      const zip = await fromBufferPromise(withTrueEnd(bytes), {
        lazyEntries: true,
        validateEntrySizes: true,
      });
      const entries = new Map<string, Entry>();
      let expanded = 0;
      for await (const entry of zip.eachEntry()) {
        expanded += entry.uncompressedSize;
        if (!entries.has(keyOf(entry.fileName))) entries.set(keyOf(entry.fileName), entry);
      }
      budget.checkDeclared(expanded, bytes.byteLength);
      return new Archive(zip, entries, budget);
    } catch (error) {
      throw isAquiferError(error) ? error : corrupt('a ZIP archive', error);
    }
  }

  names(): string[] {
    return [...this.#entries.values()].map((entry) => entry.fileName);
  }

  has(name: string): boolean {
    return this.#entries.has(keyOf(name));
  }

  /** The entry's content in chunks; nothing when there is no such entry. */
  async *read(name: string): AsyncGenerator<Uint8Array, void, void> {
    const entry = this.#entries.get(keyOf(name));
    if (!entry) return;
    if (entry.isEncrypted()) throw encrypted('an archive');
    try {
      const stream = Readable.from(await this.#zip.openReadStreamPromise(entry));
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        this.#budget.spend(chunk.byteLength);
        yield chunk;
      }
    } catch (error) {
      throw isAquiferError(error) ? error : asArchiveError(name, error);
    }
  }

  async readAll(name: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.read(name)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

/** Part names are compared without case (ECMA-376 part 2, 6.2.2.3) and never with a leading slash. */
function keyOf(name: string): string {
  return name.replace(/^\/+/, '').toLowerCase();
}

function asArchiveError(name: string, error: unknown): Error {
  const message = messageOf(error);
  if (message.startsWith('too many bytes')) {
    return expandedTooLarge(`The entry ${name} expands to more than the archive says of it: ${message}.`);
  }
  return corrupt(`a ZIP archive (entry ${name})`, error);
}
