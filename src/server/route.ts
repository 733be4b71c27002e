import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Action, Principal } from '../accounts/index.js';
import type { DataLayer, Scope } from '../layer/index.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type Schema = z.ZodType | undefined;
type Parsed<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: the parsed parts of the request, and the scope of who asks. */
export interface Call<P extends Schema = Schema, Q extends Schema = Schema, B extends Schema = Schema> {
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  readonly scope: Scope;
  readonly principal: Principal;
  readonly layer: DataLayer;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What who asks must be allowed: a constant, or found from the call where the entity is in the path. */
export type RoutePermission =
  | readonly [entity: string, action: Action]
  | ((params: never) => readonly [string, Action]);

/** What of a request a route reads, each part by a schema. */
export interface RequestSchemas<
  P extends Schema = Schema,
  Q extends Schema = Schema,
  B extends Schema = Schema,
> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
}

export interface Route<P extends Schema = Schema, Q extends Schema = Schema, B extends Schema = Schema>
  extends RequestSchemas<P, Q, B> {
  readonly method: Method;
  /** As OpenAPI writes it: `/api/documents/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** The group it is shown in. */
  readonly tag: string;
  /** `null`: any credential will do. */
  readonly permission: RoutePermission | null;
  /** @default 200, without a response 204 */
  readonly status?: number;
  readonly response?: z.ZodType;
  /** What it takes or answers in place of JSON. */
  readonly media?: { readonly request?: string; readonly response?: string };
  /** Another body that it takes, by its media type, and what is answered to that. */
  readonly also?: {
    readonly media: string;
    readonly body: z.ZodType;
    readonly status: number;
    readonly response: z.ZodType;
  };
  /** How it tells what is wrong. Default: as a problem of RFC 9457. */
  readonly error?: z.ZodType;
  /** Whether the answer holds a secret: it is not kept for a repetition of the request. */
  readonly isSecret?: true;
  /** What it returns is answered as JSON; undefined where it answered itself, or there is nothing to say. */
  handler(call: Call<P, Q, B>): Promise<unknown>;
}

/** One route: what it takes, who may ask, and what it does. It is checked, served and documented from this. */
export function defineRoute<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(route: Route<P, Q, B>): Route {
  return route as unknown as Route;
}
