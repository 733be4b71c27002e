import { z } from 'zod';
import type { Scope } from '../layer/index.js';

export const storedSchema = z.object({
  documents: z.int(),
  chunks: z.int(),
  collections: z.int(),
  files: z.int(),
  bytes: z.number().describe('Of documents and files as they came.'),
});

/** What a tenant has stored. */
export async function storedFigures(scope: Scope): Promise<z.infer<typeof storedSchema>> {
  return { ...(await scope.figures.stored()), files: 0 };
}
