import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Files } from '../../files/index.js';

/** Answers with a file as it came: to be saved, never shown, whatever it says it is. */
export async function sendOriginal(
  fileId: string,
  files: Files,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { sha256 } = await files.get(fileId);
  const tag = `"${sha256}"`;
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (isKnown(request.headers['if-none-match'], tag)) return reply.code(304).send();
  const { file, content } = await files.open(fileId);
  return reply
    .code(200)
    .header('content-disposition', disposition(file.name))
    .header('content-length', file.bytes)
    .header('x-content-type-options', 'nosniff')
    .type(file.mediaType)
    .send(content);
}

function isKnown(given: string | undefined, tag: string): boolean {
  return (given ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === tag || one.trim() === '*');
}

/** RFC 6266: an ASCII name for old clients, and the name itself. */
function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
