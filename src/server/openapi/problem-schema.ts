import { z } from 'zod';

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('Stable: AQF_…'),
  hint: z.string().describe('What to do.'),
  instance: z.string().describe('The id of the request.'),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
