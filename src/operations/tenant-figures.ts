import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, Row, TenantContext } from '../relational/index.js';
import * as queries from './queries.js';

/** What a tenant has stored. */
export interface StoredFigures {
  readonly documents: number;
  readonly chunks: number;
  readonly collections: number;
  readonly files: number;
  /** Of files, and of documents that came without one. */
  readonly bytes: number;
}

/** What of a tenant waits to be embedded. */
export interface TenantBacklog {
  readonly waiting: number;
  /** Not tried any more. */
  readonly failed: number;
  /** Milliseconds since the document that waits longest changed; 0 when none waits. */
  readonly oldestMs: number;
}

export interface TenantFailure {
  readonly documentId: string;
  readonly source: string;
  readonly attempts: number;
  /** Of the last error. */
  readonly code: string;
  readonly reason: string;
  readonly failedAt: Date;
  /** When it is tried again, unless it is dead. */
  readonly retryAt: Date;
  readonly dead: boolean;
  /** Where it stands in the list, for `after`. */
  readonly position: string;
}

export interface FailurePage {
  readonly after?: string;
  /** @default 100 */
  readonly limit?: number;
}

const POSITION = /^(\d{1,18})\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const pageSchema = z.strictObject({
  after: z.string().regex(POSITION).optional(),
  limit: z.int().min(1).max(1000).default(100),
});

/** Figures of one tenant: `scope.figures`. */
export class TenantFigures {
  readonly #relational: RelationalProvider;
  readonly #context: TenantContext;

  constructor(relational: RelationalProvider, context: TenantContext) {
    this.#relational = relational;
    this.#context = context;
  }

  /** As far as the roles of the scope may read. */
  async stored(): Promise<StoredFigures> {
    const [stored] = await this.#ask<StoredFigures & Row>(queries.STORED);
    return stored ?? { documents: 0, chunks: 0, collections: 0, files: 0, bytes: 0 };
  }

  async backlog(): Promise<TenantBacklog> {
    const [backlog] = await this.#ask<TenantBacklog & Row>(queries.BACKLOG);
    return backlog ?? { waiting: 0, failed: 0, oldestMs: 0 };
  }

  /** Documents that could not be embedded, the last one first. @throws AQF_ARGUMENT_INVALID */
  async failures(page: FailurePage = {}): Promise<TenantFailure[]> {
    const parsed = pageSchema.safeParse(page);
    if (!parsed.success)
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        'A page of failures has a limit and the position of one.',
      );
    const { after, limit } = parsed.data;
    const [, micros, id] = (after !== undefined && POSITION.exec(after)) || [];
    return this.#ask<TenantFailure & Row>(queries.FAILURES, [micros ?? null, id ?? null, limit]);
  }

  async #ask<R extends Row>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.#relational.query<R>(this.#context, { text, values }, { access: 'read' })).rows;
  }
}
