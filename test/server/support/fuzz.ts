import fc from 'fast-check';
import { type CheckedClient, send } from './checked-client.js';

type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Json;
}

interface FuzzedOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
}

interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request that is still not answered then hangs. */
const TIMEOUT_MS = 20_000;

const HOSTILE = fc.constantFrom(
  '',
  '\u0000',
  '\ud800',
  "'; drop table aquifer.documents; --",
  '../../etc/passwd',
  '%00%2e%2e%2f',
  '__proto__',
  'constructor',
  '9223372036854775808',
  '-1',
  '1e999',
  '[]',
  '{}',
  'null',
  '00000000-0000-4000-8000-000000000000',
  '2024-02-30',
  '💥'.repeat(200),
  'a'.repeat(5000),
);

const NAMES = fc.constantFrom('parts', 'shelves', 'manuals', 'draft', 'default', 'name', 'stock', 'note');
const anyText = fc.oneof(
  HOSTILE,
  NAMES,
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const anyJson = fc.oneof(anyText, fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.maxSafeInteger());

/** Requests made of the document: about what each schema says, and about half of them not quite. */
export function fuzzedRequests({ operations }: CheckedClient, count: number, seed: number): FuzzedRequest[] {
  const each = operations.map(({ method, path, operation }) =>
    requestOf(method, path, operation as unknown as FuzzedOperation),
  );
  const perOperation = Math.ceil(count / each.length);
  const samples = each.map((arbitrary, at) =>
    fc.sample(arbitrary, { numRuns: perOperation, seed: seed + at }),
  );
  // By turns, so that what one route makes the others meet.
  return Array.from({ length: perOperation }, (_, turn) =>
    samples.flatMap((made) => made[turn] ?? []),
  ).flat();
}

export interface FuzzOutcome {
  /** Answered with 5xx, not in time, or not at all. */
  readonly failures: readonly string[];
  /** How many were answered with 2xx: what is always refused tests little. */
  readonly fine: number;
}

/** Sends requests, some at a time. */
export async function sendAll(
  url: string,
  key: string,
  requests: readonly FuzzedRequest[],
): Promise<FuzzOutcome> {
  const failures: string[] = [];
  const waiting = [...requests];
  let fine = 0;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { status, text } = await outcomeOf(url, key, next);
      if (status >= 500) failures.push(`${status} ${text}: ${JSON.stringify(next).slice(0, 1000)}`);
      if (status < 300) fine++;
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return { failures, fine };
}

async function outcomeOf(url: string, key: string, { method, path, ...asked }: FuzzedRequest) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await send(url, method, path, { ...asked, key, signal });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 599, text: `${String(error)} ${String((error as Error).cause ?? '')}` };
  }
}

function requestOf(method: string, path: string, { parameters = [], requestBody }: FuzzedOperation) {
  const of = (where: Parameter['in']) =>
    fc.record(
      Object.fromEntries(
        parameters
          .filter((each) => each.in === where)
          .map(({ name, schema }) => [name, textOf(name, schema)]),
      ),
      {
        requiredKeys: parameters.filter((each) => each.in === where && each.required).map(({ name }) => name),
      },
    );
  const schema = requestBody?.content['application/json']?.schema;
  const body = method === 'GET' ? fc.constant(undefined) : bodyOf(schema);
  return fc.record({
    method: fc.constant(method),
    path: fc.constant(path),
    params: of('path').map((params) => mapped(params, pathPart)),
    query: of('query').map((query) => mapped(query, wellFormed)),
    body,
    headers: fc.oneof(
      { weight: 6, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constant({ 'if-match': '"1"' }) },
      { weight: 1, arbitrary: fc.constant({ 'if-none-match': '*', 'aquifer-position': 'x' }) },
      { weight: 1, arbitrary: fc.nat(5).map((number) => ({ 'idempotency-key': `fuzz-${number}` })) },
    ),
  }) as fc.Arbitrary<FuzzedRequest>;
}

function bodyOf(schema: Json | undefined): fc.Arbitrary<unknown> {
  if (!schema) return fc.oneof(fc.constant(undefined), anyJson.map(json));
  return fc.oneof(
    { weight: 8, arbitrary: arbitraryOf(schema, 0).map(json) },
    { weight: 1, arbitrary: anyJson.map(json) },
    { weight: 1, arbitrary: fc.constantFrom('{', '[1,', 'nonsense', '{"a":1}{') },
  );
}

/** JSON text, as it goes out: `undefined` and half characters have none. */
function json(value: unknown): string {
  return wellFormed(JSON.stringify(value) ?? 'null');
}

function textOf(name: string, schema: Json): fc.Arbitrary<string> {
  const fitting = arbitraryOf(schema, 0).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  const isName = name === 'entity' || name === 'branch';
  return fc.oneof({ weight: 4, arbitrary: isName ? NAMES : fitting }, { weight: 1, arbitrary: anyText });
}

function arbitraryOf(schema: Json, depth: number): fc.Arbitrary<unknown> {
  const fitting = fittingOf(schema, depth);
  return depth > 4
    ? fc.constant(null)
    : fc.oneof({ weight: 7, arbitrary: fitting }, { weight: 1, arbitrary: anyJson });
}

function fittingOf(schema: Json, depth: number): fc.Arbitrary<unknown> {
  const {
    type,
    enum: values,
    const: value,
    anyOf,
    oneOf,
    items,
    properties,
    additionalProperties,
    format,
  } = schema;
  if (value !== undefined) return fc.constant(value);
  if (Array.isArray(values)) return fc.constantFrom(...values);
  const choices = (anyOf ?? oneOf) as readonly Json[] | undefined;
  if (choices) return fc.oneof(...choices.map((each) => arbitraryOf(each, depth + 1)));
  if (type === 'array') return fc.array(arbitraryOf((items ?? {}) as Json, depth + 1), { maxLength: 4 });
  if (properties) return objectOf(schema, depth);
  if (type === 'object' || additionalProperties)
    return fc.dictionary(anyText, arbitraryOf(objectValue(additionalProperties), depth + 1), { maxKeys: 4 });
  if (type === 'integer' || type === 'number') return numberOf(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'string') return stringOf(format);
  return anyJson;
}

function objectOf({ properties, required = [] }: Json, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties as Readonly<Record<string, Json>>).map(
    ([name, schema]) => [name, arbitraryOf(schema, depth + 1)] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: required as never[] });
}

function objectValue(schema: unknown): Json {
  return typeof schema === 'object' && schema !== null ? (schema as Json) : {};
}

function numberOf({ type, minimum = -1000, maximum = 1000 }: Json): fc.Arbitrary<number> {
  const [min, max] = [Math.max(Number(minimum), -1e9), Math.min(Number(maximum), 1e9)];
  const inside = type === 'integer' ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
  return fc.oneof(inside, fc.constantFrom(min, max, min - 1, max + 1));
}

function stringOf(format: unknown): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date') return fc.constantFrom('2024-02-29', '0001-01-01', '9999-12-31');
  if (format === 'date-time') return fc.constantFrom('2024-02-29T10:00:00Z', '0001-01-01T00:00:00+14:00');
  return fc.oneof(
    NAMES,
    anyText,
    fc.uuid(),
    fc.constantFrom('{"stock":{"gt":1}}', '-name', 'parts:read', 'en'),
  );
}

/** A dot alone is taken for a folder by whoever sends it, and an empty part is another route. */
function pathPart(text: string): string {
  const part = wellFormed(text);
  return part === '' || part === '.' || part === '..' ? 'x' : part.slice(0, 2000);
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}

function mapped(record: Readonly<Record<string, string>>, change: (text: string) => string) {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, change(text)]));
}
