// Writes src/client/generated/api.ts: the types of all routes, from the OpenAPI document. `--check` only says whether it is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from '../dist/server/openapi/document.js';
import { routes } from '../dist/server/routes/index.js';

const TARGET = new URL('../src/client/generated/api.ts', import.meta.url);
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const text = render(openApiDocument(routes, ''));
if (!process.argv.includes('--check')) writeFileSync(TARGET, text);
else if (!existsSync(TARGET) || readFileSync(TARGET, 'utf8') !== text) {
  console.error('src/client/generated/api.ts is stale: run `npm run client:generate`.');
  process.exit(1);
}

function render(document) {
  const aliases = new Map();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  const members = operations.map(({ name, operation }) => renderRoute(name, operation, aliases));
  const problem = typeOf(document.components.schemas.Problem, { aliases, prefix: 'Problem' });
  return [
    '// Written by scripts/generate-client.mjs from the OpenAPI document. Not to be edited.',
    '',
    `export type Problem = ${problem};`,
    ...[...aliases].map(([name, type]) => `export type ${name} = ${type};`),
    '',
    '/** Every route: what it takes, and what it answers. */',
    'export interface Routes {',
    ...members,
    '}',
    '',
    '/** Writes by their method that only read. */',
    `export const READS: readonly string[] = ${JSON.stringify(operations.filter(readsOnly).map(({ name }) => name))};`,
    '',
  ].join('\n');
}

function readsOnly({ name, operation }) {
  if (!name.startsWith('POST ')) return false;
  return operation['x-permission']?.endsWith(':read') || name.endsWith('/search');
}

function renderRoute(name, operation, aliases) {
  const context = { aliases, prefix: capital(operation.operationId) };
  const ofPlace = (place) => (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  const bodies = operation.requestBody?.content ?? {};
  return [
    `  /** ${operation.summary.replaceAll('*/', '* /')}. */`,
    `  ${JSON.stringify(name)}: {`,
    `    params: ${parametersType(ofPlace('path'), context)};`,
    `    query: ${parametersType(ofPlace('query'), context)};`,
    `    body: ${bodyType(bodies, operation.requestBody?.required, context)};`,
    `    answer: ${answerType(operation.responses, context)};`,
    '  };',
  ].join('\n');
}

function parametersType(parameters, context) {
  if (parameters.length === 0) return 'undefined';
  const members = parameters.map(({ name, required, schema }) => {
    const isOptional = !required || schema.default !== undefined;
    return `${key(name)}${isOptional ? '?' : ''}: ${typeOf(schema, context)}${isOptional ? ' | undefined' : ''}`;
  });
  return `{ ${members.join('; ')} }`;
}

function bodyType(bodies, isRequired, context) {
  const types = Object.entries(bodies).map(([media, { schema }]) =>
    media === 'application/json' ? typeOf(schema, context) : 'FormData',
  );
  if (types.length === 0) return 'undefined';
  if (!isRequired && types.length === 1) types.push('undefined');
  return types.join(' | ');
}

function answerType(responses, context) {
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const types = answers.map(([, { content }]) => {
    if (!content) return 'undefined';
    const json = content['application/json'];
    return json ? typeOf(json.schema, context) : 'Blob';
  });
  return [...new Set(types)].join(' | ');
}

function typeOf(schema, context) {
  if (schema === true || schema === undefined) return 'unknown';
  if (schema === false) return 'never';
  for (const [name, definition] of Object.entries(schema.$defs ?? {})) define(name, definition, context);
  if (schema.$ref) return referred(schema.$ref, context);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((choice) => typeOf(choice, context)))].join(' | ');
  if (schema.allOf) return schema.allOf.map((part) => `(${typeOf(part, context)})`).join(' & ');
  const types = [schema.type ?? 'anything'].flat();
  return types.map((type) => simpleType(type, schema, context)).join(' | ');
}

function simpleType(type, schema, context) {
  if (type === 'string') return schema.format === 'binary' ? 'Blob' : 'string';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean' || type === 'null') return type;
  if (type === 'array') return arrayType(schema, context);
  if (type === 'object') return objectType(schema, context);
  return 'unknown';
}

function arrayType({ prefixItems, items }, context) {
  if (prefixItems) return `readonly [${prefixItems.map((item) => typeOf(item, context)).join(', ')}]`;
  return `readonly (${typeOf(items, context)})[]`;
}

function objectType({ properties = {}, required = [], additionalProperties }, context) {
  const members = Object.entries(properties).map(
    ([name, property]) =>
      `${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(property, context)}${required.includes(name) ? '' : ' | undefined'}`,
  );
  const rest =
    additionalProperties === undefined && members.length > 0 ? false : (additionalProperties ?? true);
  const record = `{ [name: string]: ${rest === false ? 'never' : typeOf(rest, context)} }`;
  if (members.length === 0) return record;
  const known = `{ ${members.join('; ')} }`;
  return rest === false ? known : `(${known} & ${record})`;
}

/** Definitions of a schema refer to themselves: they get a name of their own. */
function define(name, definition, context) {
  const alias = aliasOf(name, context);
  if (context.aliases.has(alias)) return;
  context.aliases.set(alias, 'unknown');
  context.aliases.set(alias, typeOf(definition, context));
}

function referred(ref, context) {
  if (ref === '#/components/schemas/Problem') return 'Problem';
  const [, name] = /^#\/\$defs\/(.+)$/.exec(ref) ?? [];
  return name ? aliasOf(name, context) : 'unknown';
}

function aliasOf(name, { prefix }) {
  return prefix + capital(name.replace(/\W|^_+/g, ''));
}

function key(name) {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
