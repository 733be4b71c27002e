import { z } from 'zod';

/** What a tenant has stored. */
export const storedSchema = z.object({
  documents: z.int(),
  chunks: z.int(),
  collections: z.int(),
  files: z.int(),
  bytes: z.number().describe('Of documents and files as they came.'),
});
