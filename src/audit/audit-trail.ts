import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { type RelationalProvider, type Row, storable, type TenantContext } from '../relational/index.js';
import * as queries from './queries.js';
import { entrySchema, filterSchema } from './schema.js';
import type {
  AuditAnchor,
  AuditEntry,
  AuditFilter,
  AuditProblem,
  AuditRecord,
  AuditVerification,
} from './types.js';

interface ChainEnd extends Row {
  readonly sealed: number;
  readonly seq: string | null;
  readonly digest: string | null;
}

/** Who did what to one tenant's data. Changes of audited entities are in it by themselves. */
export class AuditTrail {
  readonly #relational: RelationalProvider;
  readonly #context: TenantContext;

  constructor(relational: RelationalProvider, context: TenantContext) {
    this.#relational = relational;
    this.#context = context;
  }

  /** Records what is no change of a row: a login, a read, a refusal. Returns the record's id. @throws AQF_ARGUMENT_INVALID */
  async log(action: string, entry: AuditEntry = {}): Promise<string> {
    const { entity, rowId, result, details, ...checked } = check(
      entrySchema,
      { action, ...entry },
      'recorded',
    );
    const values = [
      checked.action,
      entity,
      rowId,
      result,
      details === undefined ? null : JSON.stringify(details),
    ];
    const [row] = await this.#ask<{ id: string }>(queries.LOG, values);
    return row?.id ?? '';
  }

  /** Records, the newest first. @throws AQF_ARGUMENT_INVALID */
  async list(filter: AuditFilter = {}): Promise<AuditRecord[]> {
    const { entity, rowId, actorId, action, requestId, since, until, after, limit } = check(
      filterSchema,
      filter,
      'listed',
    );
    const [at, id] = after?.split('/') ?? [];
    const given = [entity, rowId, actorId, action, requestId, since, until, at, id];
    return this.#ask<AuditRecord & Row>(queries.LIST, [...given.map((value) => value ?? null), limit]);
  }

  /**
   * Seals what was committed up to now and checks the whole chain: every record against its digest, every seal
   * against the one before. With the anchor of an earlier verification, kept elsewhere, it also shows whether
   * the end of the chain was cut off.
   */
  async verify(anchor?: AuditAnchor): Promise<AuditVerification> {
    await this.#ask(queries.SEAL, []);
    const problems = await this.#ask<AuditProblem & Row>(queries.VERIFY, [
      anchor?.seq ?? null,
      anchor?.digest ?? null,
    ]);
    const [end] = await this.#ask<ChainEnd>(queries.CHAIN_END, []);
    return {
      intact: problems.length === 0,
      problems,
      sealed: end?.sealed ?? 0,
      anchor: end?.seq && end.digest ? { seq: end.seq, digest: end.digest } : undefined,
    };
  }

  async #ask<R extends Row>(text: string, values: unknown[]): Promise<R[]> {
    return (await this.#relational.query<R>(this.#context, { text, values })).rows;
  }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, done: string): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  // What someone tried to log in as may be anything; that it happened is recorded all the same.
  if (parsed.success) return storable(parsed.data);
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `The audit cannot be ${done}: ${z.prettifyError(parsed.error)}`,
  );
}
