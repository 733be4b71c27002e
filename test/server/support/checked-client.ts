import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: Json }>> }>
  >;
}

/** An OpenAPI document, as far as the tests read it. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

export interface Asked {
  readonly key?: string | undefined;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into in tests
  readonly body: any;
}

/** Asks a server by the routes of its document, and takes no answer that the document does not describe. */
export class CheckedClient {
  readonly document: OpenApi;
  /** The ids of the operations that were answered with what they promise. */
  readonly answered = new Set<string>();
  readonly #url: string;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(url: string, document: OpenApi) {
    this.#url = url;
    this.document = document;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
  }

  static async open(url: string): Promise<CheckedClient> {
    const response = await fetch(`${url}/openapi.json`);
    return new CheckedClient(url, (await response.json()) as OpenApi);
  }

  get operations(): readonly {
    readonly method: string;
    readonly path: string;
    readonly operation: Operation;
  }[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    );
  }

  /** @throws when the answer is not as the document says */
  async ask(method: string, path: string, asked: Asked = {}): Promise<Answered> {
    const operation = this.document.paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`The document knows no ${method} ${path}.`);
    const response = await send(this.#url, method, path, asked);
    const text = await response.text();
    this.#check(`${method} ${path}`, operation, response, text);
    if (response.ok) this.answered.add(operation.operationId);
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  }

  #check(route: string, operation: Operation, { status, headers }: Response, text: string): void {
    if (status === 304) return;
    const isFine = status < 400;
    const described = operation.responses[isFine ? String(status) : 'default'];
    if (!described) throw new Error(`${route} answered ${status}, which its document does not have: ${text}`);
    const [type = '', content] = Object.entries(described.content ?? {})[0] ?? [];
    if (!content) {
      if (text !== '') throw new Error(`${route} answered with a body that its document does not have.`);
      return;
    }
    const got = headers.get('content-type') ?? '';
    if (!type.includes('*') && !got.startsWith(type))
      throw new Error(`${route} answered ${got}, not ${type}.`);
    if (!type.includes('json')) return;
    const validate = this.#validator(`${route} ${isFine ? status : 'default'}`, content.schema);
    if (validate(JSON.parse(text))) return;
    throw new Error(`${route} ${status}: ${this.#ajv.errorsText(validate.errors)}\n${text.slice(0, 2000)}`);
  }

  #validator(name: string, schema: Json): ValidateFunction {
    const known = this.#validators.get(name);
    if (known) return known;
    const { components } = this.document;
    const made = this.#ajv.compile({ ...schema, components });
    this.#validators.set(name, made);
    return made;
  }
}

/** A request by the pattern of its path; nothing of its answer is looked at. */
export function send(
  url: string,
  method: string,
  path: string,
  { key, params = {}, query = {}, body, headers = {}, signal }: Asked,
): Promise<Response> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? `no-${name}`),
  );
  const search = new URLSearchParams(query).toString();
  return fetch(`${url}${filled}${search === '' ? '' : `?${search}`}`, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(signal && { signal }),
    ...(body !== undefined && { body: bodyOf(body) }),
  });
}

function bodyOf(body: unknown): FormData | string {
  if (body instanceof FormData) return body;
  return typeof body === 'string' ? body : JSON.stringify(body);
}
