import type { Api } from './api.js';
import type { PickedFile } from './dropped-files.js';
import { Problem } from './problem.js';
import type { Upload } from './uploads.js';

export interface SendFile extends PickedFile {
  readonly collection: string;
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends one file. By XMLHttpRequest, since `fetch` tells nothing of how far a body is.
 * @param options its progress is told as a share, 0 to 1
 * @throws Problem
 */
export function sendFile(
  api: Api,
  { file, source, collection, onProgress, signal }: SendFile,
): Promise<Upload> {
  const form = new FormData();
  if (collection !== '') form.append('collection', collection);
  form.append('source', source);
  form.append('file', file, file.name);
  const request = new XMLHttpRequest();
  signal.addEventListener('abort', () => request.abort());
  return new Promise((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total === 0 ? 1 : loaded / total),
    );
    request.addEventListener('load', () => settle(api, request, resolve, reject));
    request.addEventListener('error', () => reject(Problem.unreachable()));
    request.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')));
    request.open('POST', '/api/documents');
    for (const [name, value] of Object.entries(api.headers())) request.setRequestHeader(name, value);
    request.send(form);
  });
}

function settle(
  api: Api,
  request: XMLHttpRequest,
  resolve: (upload: Upload) => void,
  reject: (error: Problem) => void,
): void {
  const { status, responseText } = request;
  const upload = status === 202 ? (JSON.parse(responseText) as { uploads: Upload[] }).uploads[0] : undefined;
  const problem = upload ? undefined : Problem.of(status, responseText);
  api.heard(status, request.getResponseHeader('aquifer-position'), problem);
  if (upload) resolve(upload);
  else if (problem) reject(problem);
}
