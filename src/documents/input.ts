import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { DocumentInput } from './types.js';

const scalar = z.union([z.string().max(8192), z.number(), z.boolean(), z.null()]);

const inputSchema = z
  .strictObject({
    source: z.string().min(1).max(4096),
    bytes: z.instanceof(Uint8Array).optional(),
    text: z.string().optional(),
    title: z.string().min(1).max(1024).optional(),
    metadata: z
      .record(z.string().min(1).max(128), z.union([scalar, z.array(z.string().max(8192))]))
      .optional(),
    chunking: z.strictObject({ maxTokens: z.number(), overlapTokens: z.number() }).partial().optional(),
  })
  .refine(({ bytes, text }) => (bytes === undefined) !== (text === undefined), {
    message: 'give either bytes or text',
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
    const problems = parsed.error.issues.map(({ path, message }) =>
      [path.join('.'), message].filter(Boolean).join(': '),
    );
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `This document cannot be ingested: ${problems.join('; ')}.`,
    );
  }
  const { bytes, text, ...rest } = given;
  const clean = wellFormed(rest);
  return bytes ? { ...clean, bytes } : { ...clean, text: text ?? '', bytes: Buffer.from(text ?? '', 'utf8') };
}

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
function wellFormed<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\u0000', '') as T;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [wellFormed(key), wellFormed(item)]),
    ) as T;
  }
  return value;
}
