import { setTimeout as pause } from 'node:timers/promises';
import type { ServedLayer } from '../../support/served-layer.js';

/** Asks a server with a key; answers of JSON are parsed. */
export function asking({ url }: Pick<ServedLayer, 'url'>, key: string) {
  return async (method: string, path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${key}`, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${url}${path}`, { ...init, method, headers });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    // biome-ignore lint/suspicious/noExplicitAny: answers are looked into in tests
    const body: any = isJson && text !== '' ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body };
  };
}

export type Ask = ReturnType<typeof asking>;

/** Fields first, then the files. */
export function form(
  files: readonly (readonly [name: string, content: string | Uint8Array, type?: string])[],
  fields: Readonly<Record<string, string>> = {},
): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const [name, content, type = 'text/plain'] of files)
    data.append('file', new File([content as Uint8Array<ArrayBuffer>], name, { type }));
  return data;
}

/** Waits until an upload is over. */
export async function finished(ask: Ask, uploadId: string) {
  for (;;) {
    const { body } = await ask('GET', `/api/uploads/${uploadId}`);
    if (body.status === 'stored' || body.status === 'failed') return body;
    await pause(50);
  }
}

export async function uploaded(ask: Ask, body: FormData) {
  const answer = await ask('POST', '/api/documents', { body });
  if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return Promise.all(answer.body.uploads.map(({ id }: { id: string }) => finished(ask, id)));
}
