import { type DocumentDependencies, Documents } from '../documents/index.js';
import { type FileDependencies, Files } from '../files/index.js';
import { UploadWorker } from '../uploads/index.js';

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
