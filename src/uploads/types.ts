import type { ErrorCode } from '../errors/index.js';
import type { StagedContent } from '../files/index.js';

export const UPLOAD_STATUSES = ['queued', 'processing', 'stored', 'failed'] as const;
export type UploadStatus = (typeof UPLOAD_STATUSES)[number];

/** A file on its way to being a document. */
export interface Upload {
  readonly id: string;
  readonly fileName: string;
  readonly source: string;
  readonly collection: string;
  readonly bytes: number;
  readonly status: UploadStatus;
  /** The document, once it is stored. */
  readonly documentId: string | null;
  /** Why it could not be. */
  readonly error: UploadError | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface UploadError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** What the documents of an upload are to be. */
export interface UploadFacts {
  /** @default 'default' */
  readonly collection?: string | undefined;
  /** Of one file alone. @default its name */
  readonly source?: string | undefined;
  /** Of one file alone. */
  readonly title?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly language?: string | undefined;
}

/** A file that has arrived whole. */
export interface ReceivedUpload {
  readonly staged: StagedContent;
  readonly name: string;
  readonly mediaType?: string | undefined;
}

export interface ListUploadsOptions {
  /** 1 to 1000. @default 100 */
  readonly limit?: number | undefined;
  /** The id of the last upload of the page before. */
  readonly after?: string | undefined;
  readonly status?: UploadStatus | undefined;
}
