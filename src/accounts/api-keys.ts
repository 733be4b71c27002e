import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { type RelationalProvider, type Row, storable, type TenantContext } from '../relational/index.js';
import { newKey } from './key-text.js';
import { isPermission, Permissions } from './permissions.js';
import * as queries from './queries.js';
import { grantedBy } from './roles.js';
import type { ApiKey, CreatedApiKey, NewApiKey } from './types.js';

const inTheFuture = z.date().refine((date) => date.getTime() > Date.now(), 'expiresAt must be in the future');
const newKeySchema = z.strictObject({
  name: z.string().transform(storable).pipe(z.string().trim().min(1).max(200)),
  roles: z
    .array(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._:@/-]{0,127}$/u, 'a role must be a name'))
    .max(64)
    .optional(),
  permissions: z
    .array(z.string().refine(isPermission, 'a permission must be entity:action'))
    .max(256)
    .optional(),
  expiresAt: inTheFuture.optional(),
});

/** Keys of one tenant. */
export class ApiKeys {
  readonly #relational: RelationalProvider;
  readonly #context: TenantContext;

  constructor(relational: RelationalProvider, context: TenantContext) {
    this.#relational = relational;
    this.#context = context;
  }

  /** The newest first, those that ended too. */
  list(): Promise<ApiKey[]> {
    return this.#ask(queries.LIST_KEYS, []);
  }

  /** @throws AQF_KEY_NOT_FOUND */
  async get(id: string): Promise<ApiKey> {
    const key = checkedId(id);
    return found(key, await this.#ask(queries.GET_KEY, [key]));
  }

  /**
   * Makes a key. What it is is in the answer, and nowhere else from then on.
   * @param grantor what who asks for it is allowed: nobody grants more. Absent for programs and operators
   * @throws AQF_ARGUMENT_INVALID, AQF_PERMISSION_DENIED
   */
  async create(wanted: NewApiKey, grantor?: Permissions): Promise<CreatedApiKey> {
    const parsed = newKeySchema.safeParse(wanted);
    if (!parsed.success) {
      const message = parsed.error.issues.map((issue) => issue.message).join('; ');
      throw new AquiferError('AQF_ARGUMENT_INVALID', `This key cannot be made: ${message}.`);
    }
    const { name, permissions = [], expiresAt = null } = parsed.data;
    const roles = parsed.data.roles ?? (permissions.length > 0 ? [] : ['editor']);
    assertGranted(grantor, roles, permissions);
    return this.#insert({ name, roles, permissions, expiresAt, rotatedFrom: null });
  }

  /**
   * Makes a key that allows the same. The old one goes on for `graceMs`, so that whoever holds it can change over.
   * @throws AQF_KEY_NOT_FOUND, AQF_ARGUMENT_INVALID for a key that has ended
   */
  async rotate(id: string, options: { readonly graceMs?: number } = {}): Promise<CreatedApiKey> {
    const graceMs = checkedGrace(options);
    const old = await this.get(id);
    if (hasEnded(old)) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', `The key ${old.id} has ended; make a new one.`);
    }
    const created = await this.#insert({ ...old, rotatedFrom: old.id });
    await this.#ask(queries.END_KEY, [old.id, new Date(Date.now() + graceMs)]);
    return created;
  }

  /** Ends a key at once. @throws AQF_KEY_NOT_FOUND */
  async revoke(id: string): Promise<ApiKey> {
    const key = checkedId(id);
    return found(key, await this.#ask(queries.REVOKE_KEY, [key]));
  }

  async #insert(
    key: Pick<ApiKey, 'name' | 'roles' | 'permissions' | 'expiresAt' | 'rotatedFrom'>,
  ): Promise<CreatedApiKey> {
    const { id, key: text, hash } = newKey();
    const values = [id, key.name, hash, key.roles, key.permissions, key.expiresAt, key.rotatedFrom];
    const created = found(id, await this.#ask(queries.INSERT_KEY, values));
    return { ...created, key: text };
  }

  async #ask(text: string, values: readonly unknown[]): Promise<ApiKey[]> {
    return (await this.#relational.query<ApiKey & Row>(this.#context, { text, values })).rows;
  }
}

function hasEnded({ revokedAt, expiresAt }: ApiKey): boolean {
  return revokedAt !== null || (expiresAt !== null && expiresAt.getTime() <= Date.now());
}

function found(id: string, [key]: readonly ApiKey[]): ApiKey {
  if (!key) throw new AquiferError('AQF_KEY_NOT_FOUND', `There is no API key ${JSON.stringify(id)}.`);
  return key;
}

/** What cannot be an id is the id of no key. */
function checkedId(id: unknown): string {
  return typeof id === 'string' ? storable(id).slice(0, 200) : '';
}

const graceSchema = z.strictObject({
  graceMs: z
    .number()
    .min(0)
    .max(366 * 86_400_000)
    .default(0),
});

function checkedGrace(options: unknown): number {
  const parsed = graceSchema.safeParse(options);
  if (parsed.success) return parsed.data.graceMs;
  throw new AquiferError('AQF_ARGUMENT_INVALID', 'graceMs is a number of milliseconds, up to a year.');
}

function assertGranted(
  grantor: Permissions | undefined,
  roles: readonly string[],
  permissions: readonly string[],
) {
  if (grantor?.covers(new Permissions(grantedBy(roles, permissions))) ?? true) return;
  throw new AquiferError('AQF_PERMISSION_DENIED', 'A key cannot be given more than its maker has.');
}
