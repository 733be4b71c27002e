import { ApiError, errorOf, statusError, unreachable } from './error.js';
import type { Routes } from './generated/api.js';
import type { Connection } from './options.js';

export type Uploaded = Extract<Routes['POST /api/documents']['answer'], { uploads: unknown }>;

export interface UploadOptions {
  readonly collection?: string;
  /** Of one file alone. @default its name */
  readonly source?: string;
  readonly title?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly language?: string;
  readonly signal?: AbortSignal;
  /** Called as bytes are sent; `total` counts what is around the files too. */
  onProgress?(sent: number, total: number): void;
}

interface Sending {
  readonly url: string;
  readonly key: string;
  readonly form: FormData;
  readonly signal: AbortSignal | undefined;
  onProgress(sent: number, total: number): void;
}

/** Sends files as `multipart/form-data`, the fields before the files, as the server reads them. */
export async function upload(
  connection: Connection,
  files: Blob | readonly Blob[],
  options: UploadOptions = {},
): Promise<Uploaded> {
  const url = `${connection.url}/api/documents`;
  const key = await connection.key();
  const form = formOf(files, options);
  const { signal, onProgress } = options;
  if (onProgress === undefined) return sendForm(connection, { url, key, form, signal });
  const sending = { url, key, form, signal, onProgress };
  return browserRequest() ? sendByRequest(sending) : sendCounted(connection, sending);
}

function formOf(files: Blob | readonly Blob[], { metadata, ...options }: UploadOptions): FormData {
  const form = new FormData();
  for (const name of ['collection', 'source', 'title', 'language'] as const) {
    const value = options[name];
    if (value !== undefined) form.append(name, value);
  }
  if (metadata !== undefined) form.append('metadata', JSON.stringify(metadata));
  for (const file of [files].flat() as Blob[]) form.append('file', file);
  return form;
}

async function sendForm(
  connection: Connection,
  { url, key, form, signal }: Omit<Sending, 'onProgress'>,
): Promise<Uploaded> {
  const headers = { authorization: `Bearer ${key}` };
  return answerOf(
    connection,
    url,
    { method: 'POST', headers, body: form, ...(signal && { signal }) },
    signal,
  );
}

/** Counts what `fetch` takes from a stream: Node has no other way to tell. */
async function sendCounted(connection: Connection, sending: Sending): Promise<Uploaded> {
  const { url, key, form, signal, onProgress } = sending;
  const encoded = new Response(form);
  const total = sizeOf(form);
  let sent = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      sent += bytes.byteLength;
      onProgress(sent, Math.max(sent, total));
      controller.enqueue(bytes);
    },
  });
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': encoded.headers.get('content-type') ?? 'multipart/form-data',
  };
  const body = encoded.body?.pipeThrough(counting);
  const init = { method: 'POST', headers, body, duplex: 'half', ...(signal && { signal }) };
  return answerOf(connection, url, init as RequestInit, signal);
}

function sizeOf(form: FormData): number {
  return [...form.values()].reduce(
    (sum, value) => sum + (typeof value === 'string' ? value.length : value.size),
    0,
  );
}

async function answerOf(
  connection: Connection,
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Uploaded> {
  const response = await connection.fetch(url, init).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw unreachable(cause);
  });
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Uploaded;
}

/** What of XMLHttpRequest is used: browsers tell the progress of uploads there alone. */
interface BrowserRequest {
  readonly status: number;
  readonly responseText: string;
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: FormData): void;
  abort(): void;
}

function browserRequest(): (new () => BrowserRequest) | undefined {
  return (globalThis as { XMLHttpRequest?: new () => BrowserRequest }).XMLHttpRequest;
}

function sendByRequest({ url, key, form, signal, onProgress }: Sending): Promise<Uploaded> {
  const BrowserRequest = browserRequest() as new () => BrowserRequest;
  const request = new BrowserRequest();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as Uploaded);
      else reject(textError(request));
    };
    request.onerror = () => reject(unreachable(undefined));
    request.onabort = () => reject(signal?.reason);
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.open('POST', url);
    request.setRequestHeader('authorization', `Bearer ${key}`);
    request.send(form);
  });
}

function textError({ status, responseText }: BrowserRequest): ApiError {
  try {
    return new ApiError(JSON.parse(responseText));
  } catch {
    return statusError(status, responseText);
  }
}
