import { z } from 'zod';
import { PROBLEM_TYPE } from '../problem.js';
import type { Route } from '../route.js';
import { problemSchema } from './problem-schema.js';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of routes. Its schemas are JSON Schema 2020-12, as 3.1 has it. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operation(route);
    paths[route.path] = operations;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Aquifer',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    security: [{ key: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key, or a JWT.' } },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
  };
}

const DESCRIPTION =
  'Everything is of the tenant of the credential. Errors are `application/problem+json`, with a stable `code` and a `hint`.';

function operation(route: Route): Json {
  const { summary, description, tag, permission, status } = route;
  const parameters = [...parametersOf(route, 'params', 'path'), ...parametersOf(route, 'query', 'query')];
  const success = String(status ?? (route.response || route.media?.response ? 200 : 204));
  return {
    operationId: operationId(route),
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(Array.isArray(permission) && { 'x-permission': permission.join(':') }),
    ...(parameters.length > 0 && { parameters }),
    ...requestBody(route),
    responses: { [success]: successOf(route), ...alsoOf(route), default: errorOf(route) },
  };
}

const PROBLEM = {
  description: 'What went wrong.',
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

function errorOf({ error }: Route): Json {
  if (!error) return PROBLEM;
  return { ...PROBLEM, content: { 'application/json': { schema: jsonSchema(error, 'output') } } };
}

function successOf({ response, media }: Route): Json {
  if (media?.response)
    return { description: 'OK', content: { [media.response]: { schema: { type: 'string' } } } };
  if (!response) return { description: 'Done.' };
  return { description: 'OK', content: { 'application/json': { schema: jsonSchema(response, 'output') } } };
}

function alsoOf({ also }: Route): Json {
  return also ? { [also.status]: successOf({ response: also.response } as Route) } : {};
}

function requestBody({ body, media, also }: Route): Json {
  if (media?.request) {
    const schema = body ? jsonSchema(body, 'input') : { type: 'object' };
    return { requestBody: { required: true, content: { [media.request]: { schema } } } };
  }
  if (!body) return {};
  return {
    requestBody: {
      required: !body.safeParse(undefined).success,
      content: {
        'application/json': { schema: jsonSchema(body, 'input') },
        ...(also && { [also.media]: { schema: jsonSchema(also.body, 'input') } }),
      },
    },
  };
}

function parametersOf(route: Route, part: 'params' | 'query', where: 'path' | 'query'): Json[] {
  const schema = route[part];
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: property,
  }));
}

/** `GET /api/documents/{id}/chunks` → `getDocumentsByIdChunks`. */
function operationId({ method, path }: Route): string {
  const words = path.split('/').filter((word) => word !== '' && word !== 'api');
  const named = words.map((word) =>
    word.startsWith('{') ? `By${capital(word.slice(1, -1))}` : capital(camel(word)),
  );
  return method.toLowerCase() + named.join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function camel(word: string): string {
  return word.replace(/[-_.](\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Dates are text in JSON; what JSON cannot say (a transformation) is shown as anything. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: made }) => {
      if (zodSchema._zod.def.type === 'date') Object.assign(made, { type: 'string', format: 'date-time' });
    },
  });
  return rest;
}
