export { sweepUploads } from './sweep.js';
export {
  type ListUploadsOptions,
  type ReceivedUpload,
  UPLOAD_STATUSES,
  type Upload,
  type UploadError,
  type UploadFacts,
  type UploadStatus,
} from './types.js';
export { ORIGINAL, type UploadDependencies, Uploads } from './uploads.js';
export { UploadWorker, type UploadWorkerOptions } from './worker.js';
