import type { DocumentSummary } from '../../documents/index.js';
import { AquiferError } from '../../errors/index.js';
import type { Scope } from '../../layer/index.js';

export interface ListedDocument extends DocumentSummary {
  readonly collection: string;
}

export interface DocumentPage {
  readonly documents: readonly ListedDocument[];
  readonly next: string | null;
}

interface Place {
  readonly collection: string;
  readonly after: string;
}

/**
 * Documents of one collection or of all, in the order of collections and sources.
 * @param cursor `next` of the page before @throws AQF_ARGUMENT_INVALID for what is no cursor
 */
export async function documentPage(
  scope: Scope,
  {
    collection,
    cursor,
    limit,
  }: { collection?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<DocumentPage> {
  const place = cursor === undefined ? undefined : readCursor(cursor);
  const documents: ListedDocument[] = [];
  for (const name of await namesFrom(scope, collection, place)) {
    const after = name === place?.collection ? { after: place.after } : {};
    const found = await scope.collection(name).documents.list({ limit: limit - documents.length, ...after });
    documents.push(...found.map((document) => ({ ...document, collection: name })));
    if (documents.length === limit) break;
  }
  const last = documents.at(-1);
  const isFull = last !== undefined && documents.length === limit;
  return {
    documents,
    next: isFull ? writeCursor({ collection: last.collection, after: last.source }) : null,
  };
}

async function namesFrom(scope: Scope, collection: string | undefined, place: Place | undefined) {
  const names = (await scope.collections.list()).map(({ name }) => name);
  const wanted = collection === undefined ? names : [(await scope.collections.get(collection)).name];
  if (!place) return wanted;
  const at = wanted.indexOf(place.collection);
  return at === -1 ? [] : wanted.slice(at);
}

function writeCursor({ collection, after }: Place): string {
  return Buffer.from(JSON.stringify([collection, after])).toString('base64url');
}

function readCursor(cursor: string): Place {
  try {
    const [collection, after] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof collection === 'string' && typeof after === 'string') return { collection, after };
  } catch {
    // It is told below.
  }
  throw new AquiferError('AQF_ARGUMENT_INVALID', 'This is no cursor of a list of documents.');
}
