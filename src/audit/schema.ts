import { z } from 'zod';

const MOST_DETAILS = 65_536;
const id = z.string().max(1024);

export const entrySchema = z.strictObject({
  action: z.string().min(1).max(128),
  entity: z.string().max(128).default(''),
  rowId: id.default(''),
  result: z.string().min(1).max(128).default('ok'),
  details: z
    .json()
    .refine((value) => JSON.stringify(value).length <= MOST_DETAILS, 'details must be at most 64 KiB as JSON')
    .optional(),
});

export const filterSchema = z.strictObject({
  entity: z.string().max(128).optional(),
  rowId: id.optional(),
  actorId: id.optional(),
  action: id.optional(),
  requestId: id.optional(),
  since: z.date().optional(),
  until: z.date().optional(),
  after: z
    .string()
    .regex(/^\d{1,20}\/\d{1,19}$/)
    .optional(),
  limit: z.int().min(1).max(1000).default(100),
});
