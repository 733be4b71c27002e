import { fileId, seconds } from '../ids.js';

export interface Counts {
  readonly in_progress: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly total: number;
}

/** A collection as a vector store. */
export interface StoreRow {
  readonly id: string;
  readonly collection: number;
  readonly collectionName: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly expiresAfterDays: number | null;
  readonly expiresAt: Date | null;
  readonly lastActiveAt: Date;
  readonly createdAt: Date;
  readonly counts: Counts;
  readonly bytes: number;
}

export interface FileRow {
  readonly id: string;
  readonly documentId: string | null;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly bytes: number;
  readonly createdAt: Date;
  readonly status: 'in_progress' | 'completed' | 'failed' | 'cancelled';
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export interface BatchRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly cancelled: boolean;
  readonly counts: Counts;
}

export function isExpired({ expiresAt }: Pick<StoreRow, 'expiresAt'>): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now();
}

export function toStore(row: StoreRow) {
  const { id, name, labels, expiresAfterDays, expiresAt, lastActiveAt, createdAt, counts, bytes } = row;
  const status = counts.in_progress > 0 ? 'in_progress' : 'completed';
  return {
    id,
    object: 'vector_store',
    created_at: seconds(createdAt),
    name,
    usage_bytes: bytes,
    file_counts: counts,
    status: isExpired(row) ? 'expired' : status,
    ...(expiresAfterDays !== null && { expires_after: { anchor: 'last_active_at', days: expiresAfterDays } }),
    expires_at: expiresAt && seconds(expiresAt),
    last_active_at: seconds(lastActiveAt),
    metadata: labels,
  };
}

export function toFile(store: string, { id, createdAt, bytes, status, attributes, ...rest }: FileRow) {
  return {
    id: fileId(id),
    object: 'vector_store.file',
    created_at: seconds(createdAt),
    usage_bytes: bytes,
    vector_store_id: store,
    status,
    last_error: status === 'failed' ? lastError(rest) : null,
    attributes: toAttributes(attributes),
  };
}

export function toBatch(store: string, { id, createdAt, cancelled, counts }: BatchRow) {
  const done = cancelled ? 'cancelled' : 'completed';
  return {
    id,
    object: 'vector_store.files_batch',
    created_at: seconds(createdAt),
    vector_store_id: store,
    status: counts.in_progress > 0 ? 'in_progress' : done,
    file_counts: counts,
  };
}

/** What OpenAI's attributes can hold of the metadata of a document. */
export function toAttributes(metadata: FileRow['attributes']) {
  const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => isPlain(value)));
}

function lastError({ errorCode, errorMessage }: Pick<FileRow, 'errorCode' | 'errorMessage'>) {
  const message = `${errorCode ?? 'AQF_INTERNAL'}: ${errorMessage ?? 'Something went wrong.'}`;
  if (errorCode?.startsWith('AQF_EXTRACTION_UNSUPPORTED')) return { code: 'unsupported_file', message };
  return { code: errorCode?.startsWith('AQF_EXTRACTION_') ? 'invalid_file' : 'server_error', message };
}
