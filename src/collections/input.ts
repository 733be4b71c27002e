import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { storable } from '../relational/index.js';
import type { CollectionSettings, NewCollection } from './types.js';

const roles = z.array(z.string().min(1).max(128)).min(1).max(100).nullable();

const settings = {
  language: z
    .string()
    .regex(
      /^(auto|[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3})$/,
      'must be auto, or a BCP 47 tag like en or pt-BR',
    ),
  chunking: z
    .strictObject({
      maxTokens: z.number().int().min(16).max(8192),
      overlapTokens: z.number().int().min(0).max(4096),
    })
    .partial(),
  retentionDays: z.number().positive().max(100_000).nullable(),
  readers: roles,
  writers: roles,
};

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/,
    'must be 1 to 128 letters, digits and _ . -, a letter or digit first',
  );

const settingsSchema = z.strictObject(settings).partial();
const newSchema = z.strictObject({
  name,
  model: z
    .string()
    .regex(/^[a-z]+(:.{1,200})?$/, 'must be <provider>:<name>')
    .nullable()
    .optional(),
  ...settingsSchema.shape,
});

/** @throws AQF_ARGUMENT_INVALID */
export function parseNewCollection(given: NewCollection): NewCollection {
  return checked(newSchema, given) as NewCollection;
}

/** @throws AQF_ARGUMENT_INVALID */
export function parseCollectionSettings(given: CollectionSettings): CollectionSettings {
  return checked(settingsSchema, given) as CollectionSettings;
}

/** @throws AQF_ARGUMENT_INVALID */
export function collectionName(given: string): string {
  return checked(name, given);
}

function checked<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return storable(parsed.data);
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `A collection cannot be so: ${z.prettifyError(parsed.error)}`,
  );
}
