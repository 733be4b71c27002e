import type { z } from 'zod';
import { type ProblemPart, RequestInvalidError } from './problem.js';
import type { Call, RequestSchemas } from './route.js';

type Parts = Pick<Call, 'params' | 'query' | 'body'>;

/** The parts of a request, by the schemas of its route. @throws RequestInvalidError naming every part that is wrong */
export function parseRequest(schemas: RequestSchemas, request: Parts): Parts {
  const errors: ProblemPart[] = [];
  const parse = (part: keyof RequestSchemas): unknown => {
    const schema = schemas[part];
    if (!schema) return undefined;
    const parsed = schema.safeParse(request[part]);
    if (parsed.success) return parsed.data;
    errors.push(...parsed.error.issues.map((issue) => describe(part, issue)));
    return undefined;
  };
  const parts = { params: parse('params'), query: parse('query'), body: parse('body') };
  if (errors.length > 0) throw new RequestInvalidError(errors.slice(0, MOST_ERRORS));
  return parts as Parts;
}

const MOST_ERRORS = 20;

function describe(part: string, { path, message }: z.core.$ZodIssue): ProblemPart {
  return { path: [part, ...path.map(String)].join('.').slice(0, 200), message };
}
