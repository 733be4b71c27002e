import { z } from 'zod';
import type { ListedDocument } from '../documents/page.js';

/** A document as tools show it: JSON, without its text. */
export const shownDocument = z.object({
  id: z.string(),
  collection: z.string(),
  source: z.string(),
  title: z.string(),
  format: z.string(),
  language: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  chunks: z.int(),
  bytes: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export function toShownDocument(document: ListedDocument): z.input<typeof shownDocument> {
  const { id, collection, source, title, format, language, metadata, chunks, bytes } = document;
  const { createdAt, updatedAt } = document;
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id, collection, source, title, format, language, metadata, chunks, bytes, ...times };
}
