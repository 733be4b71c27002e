import { z } from 'zod';
import { UPLOAD_STATUSES } from '../../uploads/index.js';
import { date } from '../schemas.js';

export const metadata = z.record(z.string(), z.unknown());

export const documentSummary = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string(),
  format: z.string(),
  language: z.string(),
  metadata,
  chunks: z.int(),
  bytes: z.number(),
  createdAt: date,
  updatedAt: date,
  createdBy: z.string().nullable(),
  updatedBy: z.string().nullable(),
  hasOriginal: z.boolean().describe('Whether the file that it was made from is kept.'),
  embedding: z.enum(['current', 'waiting', 'failed']),
  deletedAt: date.nullable().describe('When it was put into the trash.'),
});

export const chunk = z.object({
  ordinal: z.int(),
  content: z.string(),
  start: z.int().describe('UTF-16 code units into the text of the document, as is `end`.'),
  end: z.int(),
  tokens: z.int(),
  page: z.int().nullable(),
  lastPage: z.int().nullable(),
  headingPath: z.array(z.string()),
});

export const upload = z.object({
  id: z.string(),
  fileName: z.string(),
  source: z.string(),
  collection: z.string(),
  bytes: z.number(),
  status: z.enum(UPLOAD_STATUSES),
  documentId: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  createdAt: date,
  finishedAt: date.nullable(),
});

export const ingested = z.object({
  status: z.enum(['added', 'updated', 'unchanged']),
  documentId: z.string(),
  source: z.string(),
  title: z.string(),
  chunks: z.object({ total: z.int(), added: z.int(), removed: z.int() }),
});

export const collection = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .describe('Its collection. Default: `default`.');

/** What documents are written from as JSON. */
export const documentBody = z.strictObject({
  source: z
    .string()
    .min(1)
    .max(2048)
    .describe('Its identity in the collection: written again, it is replaced.'),
  text: z.string(),
  title: z.string().min(1).max(1024).optional(),
  metadata: metadata.optional(),
  collection,
  language: z.string().min(2).max(40).optional().describe('BCP 47. Default: found from the text.'),
});

/** The fields come before the files. */
export const uploadForm = z.object({
  collection,
  source: z.string().optional().describe('Of one file alone. Default: its name.'),
  title: z.string().optional(),
  metadata: z.string().optional().describe('An object, as JSON.'),
  language: z.string().optional(),
  file: z.file(),
});
