export { type FileDependencies, Files } from './files.js';
export { LocalFileStore } from './local/store.js';
export { fileSpace } from './space.js';
export type { ContentKey, FileStore, StagedContent } from './store.js';
export { sweepFiles } from './sweep.js';
export type {
  FileContent,
  FileFacts,
  ListFilesOptions,
  OpenedFile,
  PutOptions,
  ReceivedFile,
  StoredFile,
} from './types.js';
