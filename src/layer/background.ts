import { type DocumentDependencies, Documents, emptyTrash } from '../documents/index.js';
import { type FileDependencies, Files, sweepFiles } from '../files/index.js';
import type { Housekeeping } from '../maintenance/index.js';
import { sweepUploads, UploadWorker } from '../uploads/index.js';

export interface UploadWorkParts {
  readonly documents: DocumentDependencies;
  readonly files: FileDependencies;
  readonly concurrency: number;
  readonly maxBytes: number;
}

/** What makes documents of uploads in this process, of all tenants. */
export function uploadWorker({ documents, files, concurrency, maxBytes }: UploadWorkParts): UploadWorker {
  return new UploadWorker({
    relational: documents.relational,
    stores: async () => [(await files.store()).id],
    files: (context) => new Files(files, context),
    documents: (context, collection) => new Documents({ ...documents, collection }, context),
    concurrency,
    maxBytes,
    onError: (error) => process.emitWarning(`An upload is tried again: ${String(error)}`),
  });
}

/** Uploads that are over are of interest for as long. */
const UPLOADS_KEPT_DAYS = 7;

/** What maintenance does for documents and files. */
export function housekeeping({ relational, store }: FileDependencies, retentionDays: number): Housekeeping {
  return {
    emptyTrash: () => emptyTrash(relational, retentionDays),
    sweepFiles: async () => {
      await sweepUploads(relational, UPLOADS_KEPT_DAYS);
      return sweepFiles(relational, await store());
    },
  };
}
