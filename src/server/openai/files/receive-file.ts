import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AquiferError } from '../../../errors/index.js';
import type { StagedContent, StoredFile } from '../../../files/index.js';
import type { Scope } from '../../../layer/index.js';
import { OpenAiRequestError } from '../error.js';

const PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;
const DAY = 86_400;

const fields = z.strictObject({
  purpose: z.enum(PURPOSES),
  'expires_after[anchor]': z.literal('created_at').optional(),
  'expires_after[seconds]': z.coerce
    .number()
    .int()
    .min(3600)
    .max(30 * DAY)
    .optional(),
});

/** The request, for the OpenAPI document. */
export const fileForm = fields.extend({
  file: z.string().meta({ format: 'binary' }),
});

interface Received {
  readonly staged: StagedContent;
  readonly name: string;
  readonly mediaType: string;
}

/**
 * Reads one file from a multipart request to the disk, with the fields before and behind it, and keeps it.
 * @throws OpenAiRequestError, AQF_BODY_TOO_LARGE, AQF_UPLOAD_INCOMPLETE
 */
export async function receiveFile(
  scope: Scope,
  request: FastifyRequest,
  maxBytes: number,
): Promise<StoredFile> {
  const given: Record<string, unknown> = {};
  let received: Received | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') given[part.fieldname] = part.value;
      else if (received || part.fieldname !== 'file') throw refused(part.file, part.fieldname);
      else {
        const staged = await scope.files.receive(part.file, maxBytes);
        received = { staged, name: nameOf(part.filename), mediaType: part.mimetype };
      }
    }
    if (!received) throw new OpenAiRequestError("'file' is a required property.", { param: 'file' });
    const { staged, name, mediaType } = received;
    return await scope.files.keep(staged, { name, mediaType, ...checked(given) });
  } catch (error) {
    throw request.raw.complete || error instanceof AquiferError ? error : incomplete(error);
  } finally {
    await received?.staged.discard();
  }
}

function checked(given: Record<string, unknown>) {
  const parsed = fields.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const param = issue?.path.join('.') || Object.keys(given)[0];
    throw new OpenAiRequestError(`${param}: ${issue?.message}`, { ...(param !== undefined && { param }) });
  }
  const { purpose, 'expires_after[seconds]': seconds } = parsed.data;
  return { purpose, ...(seconds !== undefined && { expiresAt: new Date(Date.now() + seconds * 1000) }) };
}

function refused(file: { resume(): unknown }, name: string): OpenAiRequestError {
  // What is not read holds up the connection.
  file.resume();
  return new OpenAiRequestError(
    `One file is taken, as 'file'; this is ${JSON.stringify(name.slice(0, 64))}.`,
    {
      param: 'file',
    },
  );
}

/** The last part, without what no name has. */
function nameOf(given: string | undefined): string {
  const last = (given ?? '').split(/[/\\]/).at(-1) ?? '';
  return (
    last
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 1024) || 'unnamed'
  );
}

function incomplete(cause: unknown): AquiferError {
  return new AquiferError('AQF_UPLOAD_INCOMPLETE', 'The connection ended before the file did.', { cause });
}
