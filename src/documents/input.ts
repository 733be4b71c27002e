import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { storable } from '../relational/index.js';
import type { DocumentInput, IngestFilesOptions } from './types.js';

/** The source is part of a B-tree key, of which PostgreSQL takes 2,704 bytes together with the tenant. */
const MAX_SOURCE_BYTES = 2048;

const nonEmpty = z.string().refine((text) => storable(text) !== '', { message: 'Must not be empty' });

const source = nonEmpty.refine((text) => Buffer.byteLength(text) <= MAX_SOURCE_BYTES, {
  message: `Too long: expected at most ${MAX_SOURCE_BYTES} bytes of UTF-8`,
});

const scalar = z.union([z.string().max(8192), z.number(), z.boolean(), z.null()]);

/** A record would pass over the key `__proto__` without looking at its value. */
const metadataSchema = z
  .custom<object>((value) => !Object.hasOwn(Object(value), '__proto__'), '__proto__ cannot be a key')
  .pipe(z.record(z.string().min(1).max(128), z.union([scalar, z.array(z.string().max(8192))])));

const chunkingSchema = z.strictObject({ maxTokens: z.number(), overlapTokens: z.number() }).partial();

const languageSchema = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$/, 'must be a BCP 47 tag like en or pt-BR');

const embedSchema = z.enum(['now', 'later']);

const inputSchema = z
  .strictObject({
    source,
    bytes: z.instanceof(Uint8Array).optional(),
    text: z.string().optional(),
    title: nonEmpty.max(1024).optional(),
    metadata: metadataSchema.optional(),
    chunking: chunkingSchema.optional(),
    language: languageSchema.optional(),
    embed: embedSchema.optional(),
    fileId: z.uuid().optional(),
    fileName: nonEmpty.max(1024).optional(),
  })
  .refine(({ bytes, text }) => (bytes === undefined) !== (text === undefined), {
    message: 'give either bytes or text',
  });

const filesSchema = z.strictObject({
  paths: z.array(z.string().min(1)),
  options: z.strictObject({
    metadata: metadataSchema.optional(),
    chunking: chunkingSchema.optional(),
    language: languageSchema.optional(),
    embed: embedSchema.optional(),
    prune: z.boolean().optional(),
    signal: z.instanceof(AbortSignal).optional(),
    onProgress: z.custom((value) => typeof value === 'function', 'must be a function').optional(),
  }),
});

export type ParsedInput = Omit<DocumentInput, 'bytes' | 'text'> & {
  /** What the source is hashed by. */
  readonly bytes: Uint8Array;
  /** Set when the caller gave text: it is taken as it is, whatever it looks like. */
  readonly text?: string;
};

/** @throws AQF_ARGUMENT_INVALID */
export function parseInput(given: DocumentInput): ParsedInput {
  const parsed = inputSchema.safeParse(given);
  if (!parsed.success) {
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `This document cannot be ingested: ${problemsOf(parsed.error)}.`,
    );
  }
  const { bytes, text, ...rest } = given;
  const clean = storable(rest);
  return bytes ? { ...clean, bytes } : { ...clean, text: text ?? '', bytes: Buffer.from(text ?? '', 'utf8') };
}

/** Whether a document may have these facts, whatever its content. @throws AQF_ARGUMENT_INVALID */
export function checkDocumentFacts(facts: object): void {
  parseInput({ ...facts, text: '' } as DocumentInput);
}

/** @throws AQF_ARGUMENT_INVALID */
export function checkFilesInput(paths: readonly string[], options: IngestFilesOptions): void {
  const parsed = filesSchema.safeParse({ paths, options });
  if (!parsed.success) {
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `These files cannot be ingested: ${problemsOf(parsed.error)}.`,
    );
  }
}

/** What is wrong, each with the path to it, in one line. */
function problemsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');
}
