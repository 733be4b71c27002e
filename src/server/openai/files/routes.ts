import { z } from 'zod';
import { AquiferError } from '../../../errors/index.js';
import type { StoredFile } from '../../../files/index.js';
import type { Scope } from '../../../layer/index.js';
import type { Row } from '../../../relational/index.js';
import { ORIGINAL } from '../../../uploads/index.js';
import type { Route } from '../../route.js';
import { deletedAnswer, fileAnswer, listAnswer } from '../answers.js';
import { defineOpenAiRoute } from '../define.js';
import { fileId, fileUuid, seconds } from '../ids.js';
import { toList } from '../pages.js';
import { VectorStores } from '../vector-stores/index.js';
import { listFiles } from './queries.js';
import { fileForm, receiveFile } from './receive-file.js';

const path = '/v1/files';
const params = z.object({ file: z.string().max(128) });

type Shown = Pick<StoredFile, 'id' | 'name' | 'bytes' | 'purpose' | 'createdAt' | 'expiresAt'>;

/** @param maxBytes of one file */
export function fileRoutes(maxBytes: number): readonly Route[] {
  return [
    defineOpenAiRoute({
      method: 'POST',
      path,
      summary: 'Keeps a file',
      permission: ['files', 'create'],
      media: { request: 'multipart/form-data' },
      body: fileForm.optional(),
      status: 200,
      response: fileAnswer,
      handler: async ({ scope, request }) => shown(await receiveFile(scope, request, maxBytes)),
    }),
    defineOpenAiRoute({
      method: 'GET',
      path,
      summary: 'The files that were kept here; originals of documents are reached through their documents',
      permission: ['files', 'read'],
      query: z.strictObject({
        purpose: z.string().min(1).max(128).optional(),
        limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
        order: z.enum(['asc', 'desc']).default('desc'),
        after: z.string().min(1).max(64).optional(),
      }),
      response: listAnswer(fileAnswer),
      handler: async ({ scope, query }) => {
        const { purpose, limit, order, after } = query;
        const values = [purpose ?? null, after === undefined ? null : fileUuid(after), limit + 1, ORIGINAL];
        const { rows } = await scope.query<Shown & Row>(listFiles(order), values);
        return toList(rows.map(shown), query);
      },
    }),
    defineOpenAiRoute({
      method: 'GET',
      path: `${path}/{file}`,
      summary: 'One file',
      permission: ['files', 'read'],
      params,
      response: fileAnswer,
      handler: async ({ scope, params: { file } }) => shown(await kept(scope, file)),
    }),
    defineOpenAiRoute({
      method: 'GET',
      path: `${path}/{file}/content`,
      summary: 'The bytes of a file, as they came',
      permission: ['files', 'read'],
      params,
      media: { response: 'application/octet-stream' },
      handler: async ({ scope, params: { file: id }, reply }) => {
        const { id: uuid } = await kept(scope, id);
        const { file, content } = await scope.files.open(uuid);
        const name = encodeURIComponent(file.name).replace(
          /['()*]/g,
          (mark) => `%${mark.charCodeAt(0).toString(16)}`,
        );
        return reply
          .code(200)
          .header('content-length', file.bytes)
          .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
          .type('application/octet-stream')
          .send(content);
      },
    }),
    defineOpenAiRoute({
      method: 'DELETE',
      path: `${path}/{file}`,
      summary: 'Removes a file, and what vector stores made of it',
      permission: ['files', 'delete'],
      params,
      response: deletedAnswer('file'),
      handler: async ({ scope, params: { file: id } }) => {
        const { id: uuid } = await kept(scope, id);
        await new VectorStores(scope).removeEverywhere(uuid);
        await scope.files.delete(uuid);
        return { id, object: 'file', deleted: true };
      },
    }),
  ];
}

/** Originals have the readers of their documents, not those of files. @throws AQF_FILE_NOT_FOUND */
async function kept(scope: Scope, id: string): Promise<StoredFile> {
  const file = await scope.files.get(fileUuid(id));
  if (file.purpose !== ORIGINAL) return file;
  throw new AquiferError('AQF_FILE_NOT_FOUND', `No such file: ${JSON.stringify(id)}.`);
}

function shown({ id, name, bytes, purpose, createdAt, expiresAt }: Shown) {
  return {
    id: fileId(id),
    object: 'file',
    bytes,
    created_at: seconds(createdAt),
    filename: name,
    purpose,
    status: 'processed',
    ...(expiresAt && { expires_at: seconds(expiresAt) }),
  };
}
