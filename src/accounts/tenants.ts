import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';
import { storable } from '../relational/index.js';
import { tenantContext } from '../tenancy/index.js';
import * as queries from './queries.js';
import type { Tenant } from './types.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'tenants' };
const nameSchema = z.string().transform(storable).pipe(z.string().trim().min(1).max(200));

/** The tenants that operators have named: `layer.tenants`. */
export class Tenants {
  readonly #relational: RelationalProvider;

  constructor(relational: RelationalProvider) {
    this.#relational = relational;
  }

  /** In the order of their ids. */
  list({ after, limit = 100 }: { readonly after?: string; readonly limit?: number } = {}): Promise<Tenant[]> {
    return this.#ask(queries.LIST_TENANTS, [after ?? null, Math.min(Math.max(1, Math.trunc(limit)), 1000)]);
  }

  /** @throws AQF_TENANT_NOT_FOUND */
  async get(id: string): Promise<Tenant> {
    return found(id, await this.#ask(queries.GET_TENANT, [tenantContext({ tenantId: id }).tenantId]));
  }

  /** @throws AQF_TENANT_EXISTS, AQF_ARGUMENT_INVALID */
  async create(id: string, name: string = id): Promise<Tenant> {
    const { tenantId } = tenantContext({ tenantId: id });
    const parsed = nameSchema.safeParse(name);
    if (!parsed.success)
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'The name of a tenant has 1 to 200 characters.');
    const [tenant] = await this.#ask(queries.INSERT_TENANT, [tenantId, parsed.data]);
    if (!tenant)
      throw new AquiferError('AQF_TENANT_EXISTS', `There is a tenant ${JSON.stringify(id)} already.`);
    return tenant;
  }

  /** No credential of it is taken from now on, elsewhere within seconds. @throws AQF_TENANT_NOT_FOUND */
  async suspend(id: string): Promise<Tenant> {
    return found(id, await this.#ask(queries.SUSPEND_TENANT, [id, true]));
  }

  /** @throws AQF_TENANT_NOT_FOUND */
  async resume(id: string): Promise<Tenant> {
    return found(id, await this.#ask(queries.SUSPEND_TENANT, [id, false]));
  }

  async #ask(text: string, values: readonly unknown[]): Promise<Tenant[]> {
    return (await this.#relational.query<Tenant & Row>(CONTEXT, { text, values })).rows;
  }
}

function found(id: string, [tenant]: readonly Tenant[]): Tenant {
  if (!tenant) throw new AquiferError('AQF_TENANT_NOT_FOUND', `There is no tenant ${JSON.stringify(id)}.`);
  return tenant;
}
