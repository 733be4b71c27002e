import { z } from 'zod';
import type { Action } from '../../accounts/index.js';
import { id } from '../schemas.js';

export const entityName = z.string().min(1).max(128);
export const entityParams = z.object({ entity: entityName });
export const rowParams = z.object({ entity: entityName, id });

/** A row by the names of its properties. 64-bit numbers are text, bytes base64. */
export const row = z.record(z.string(), z.unknown());
/** What is written of a row, by the names of its properties. */
export const fields = z.record(z.string().max(128), z.unknown());

/** A filter as text in a query. */
export const filterText = z
  .string()
  .max(65_536)
  .transform((text, context) => {
    const parsed = filter.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'must be a JSON object of fields and conditions' });
    return z.NEVER;
  })
  .describe('Conditions as JSON: `{"risk":"critical","since":{"gte":"2024-01-01"}}`.');

export const filter = z.record(z.string().max(128), z.unknown());

/** `name,-since`: fields, a minus before those in descending order. */
export const orderText = z
  .string()
  .regex(/^-?\w{1,128}(,-?\w{1,128}){0,7}$/, 'must be fields separated by commas, with - for descending')
  .transform((text) =>
    Object.fromEntries(
      text.split(',').map((term) => (term.startsWith('-') ? [term.slice(1), 'desc'] : [term, 'asc'])),
    ),
  )
  .describe('Fields, `-` before those in descending order: `-since,name`.');

/** What may be done is asked of the entity of the path. */
export function onEntity(action: Action) {
  return (params: { readonly entity: string }) => [params.entity, action] as const;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
