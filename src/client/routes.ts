import type { Routes } from './generated/api.js';

export type Route = keyof Routes;
type MethodOf<R extends Route> = R extends `${infer M} ${string}` ? M : never;

/** The paths of a method. */
export type PathOf<M extends string> = {
  [R in Route]: MethodOf<R> extends M ? (R extends `${M} ${infer P}` ? P : never) : never;
}[Route];

export type RouteOf<M extends string, P extends string> = Extract<Route, `${M} ${P}`>;
export type Result<R extends Route> = Routes[R]['answer'];
export type Query<R extends Route> = Routes[R]['query'];
export type Body<R extends Route> = Routes[R]['body'];

interface CommonOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Of a write: what is sent again under the same key is done once. @default a new one for each call */
  readonly idempotencyKey?: string;
  /** The ETag that the row must still have. @throws AQF_PRECONDITION_FAILED */
  readonly ifMatch?: string;
}

/** Absent where a route takes none, required where it cannot do without. */
type Part<Name extends string, T> = [T] extends [undefined]
  ? { readonly [K in Name]?: undefined }
  : undefined extends T
    ? { readonly [K in Name]?: T }
    : Record<never, never> extends T
      ? { readonly [K in Name]?: T }
      : { readonly [K in Name]: T };

export type RequestOptions<R extends Route> = CommonOptions &
  Part<'params', Routes[R]['params']> &
  Part<'query', Routes[R]['query']> &
  Part<'body', Routes[R]['body']>;

/** Options may be left out where none is needed. */
export type OptionsArgument<R extends Route> =
  Record<never, never> extends RequestOptions<R>
    ? [options?: RequestOptions<R>]
    : [options: RequestOptions<R>];

/** As the parts of the client see it. */
export interface AnyRequest extends CommonOptions {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}

/** `/api/documents/{id}` and what is in it → the address. */
export function addressOf(base: string, path: string, { params, query }: AnyRequest): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue;
    search.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return `${base}${filled}${search.size > 0 ? `?${search}` : ''}`;
}
