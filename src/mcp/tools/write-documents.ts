import { z } from 'zod';
import type { DocumentInput } from '../../documents/index.js';
import { defineTool, documentId } from '../tool.js';

const MOST_CHARACTERS = 2_000_000;

const metadataValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

export const addDocumentTool = defineTool({
  name: 'add_document',
  title: 'Add a document',
  description:
    'Stores a text as a document, to be searched from now on. What was stored under the same source in the collection before is replaced; the same text again changes nothing.',
  input: z.strictObject({
    source: z
      .string()
      .trim()
      .min(1)
      .max(4096)
      .describe('Its identity: a path, a URL, a name. Storing it again replaces it.'),
    text: z.string().min(1).max(MOST_CHARACTERS).describe('Plain text, Markdown or HTML.'),
    title: z.string().trim().min(1).max(1000).optional(),
    metadata: z.record(z.string(), metadataValue).optional().describe('What searches can filter by.'),
    collection: z.string().min(1).max(128).optional().describe('Where it is kept. Default: `default`.'),
    language: z.string().max(40).optional().describe('BCP 47 tag. Default: found from the text.'),
  }),
  output: z.object({
    status: z.enum(['added', 'updated', 'unchanged']),
    documentId: z.string(),
    source: z.string(),
    title: z.string(),
    chunks: z.int(),
  }),
  // An earlier text of the same source goes.
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  permissions: [
    ['documents', 'create'],
    ['documents', 'update'],
  ],
  run: async ({ scope }, { collection, ...given }) => {
    const documents = collection === undefined ? scope.documents : scope.collection(collection).documents;
    // Parsed JSON holds no undefined.
    const stored = await documents.ingest(given as DocumentInput);
    const { status, documentId: id, source, title, chunks } = stored;
    const text = `${status}: ${title} (${source}), ${chunks.total} passages, id ${id}`;
    return { data: { status, documentId: id, source, title, chunks: chunks.total }, text };
  },
});

export const deleteDocumentTool = defineTool({
  name: 'delete_document',
  title: 'Delete a document',
  description: 'Takes a document out of the store: it is not found any more.',
  input: z.strictObject({ documentId }),
  output: z.object({ deleted: z.string() }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  permissions: [['documents', 'delete']],
  run: async ({ scope }, { documentId: id }) => {
    await scope.documents.delete(id);
    return { data: { deleted: id }, text: `Deleted: ${id}` };
  },
});
