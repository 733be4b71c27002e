import { z } from 'zod';
import type { AnyEntity } from '../../../entities/index.js';
import { fromJsonFilter, fromJsonRow, keyOfText, toJsonRow } from '../../../entities/index.js';
import { AquiferError } from '../../../errors/index.js';
import type { FindManyOptions } from '../../../repositories/index.js';
import { defined } from '../../defined.js';
import { assertTrait, entityOf } from '../../entities/entity-of.js';
import { guarded, tagRow } from '../../entities/row-tag.js';
import {
  entityParams,
  fields,
  filterText,
  onEntity,
  orderText,
  row,
  rowParams,
} from '../../entities/schemas.js';
import { type Call, defineRoute } from '../../route.js';
import { isTrue, page, paging } from '../../schemas.js';

const deleted = isTrue.describe('Soft-deleted rows too.');
const tag = 'entities';

type Find = FindManyOptions<AnyEntity>;
type RowCall = Call<typeof rowParams>;
type Answered = Pick<Call, 'reply'>;

export const rowRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/entities/{entity}',
    summary: 'Lists rows by filter and order',
    tag,
    permission: onEntity('read'),
    params: entityParams,
    query: z.strictObject({
      ...paging,
      filter: filterText.optional(),
      order: orderText.optional(),
      deleted,
    }),
    response: page(row),
    handler: async ({ scope, layer, params, query }) => {
      const entity = entityOf(layer, params.entity);
      const { limit, after, filter, order: orderBy, deleted: includeDeleted } = query;
      const where = filter && fromJsonFilter(entity, filter);
      const wanted = { limit, includeDeleted, ...defined({ after, where, orderBy }) };
      // What of it fits the entity, the repository says.
      const { rows, nextCursor } = await scope.repository(entity).findMany(wanted as Find);
      return { items: rows.map((each) => toJsonRow(each)), next: nextCursor ?? null };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/entities/{entity}',
    summary: 'Creates a row',
    tag,
    permission: onEntity('create'),
    params: entityParams,
    body: fields,
    status: 201,
    response: row,
    handler: async ({ scope, layer, params, body, reply }) => {
      const entity = entityOf(layer, params.entity);
      const created = await scope.repository(entity).create(fromJsonRow(entity, body));
      const key = Reflect.get(created, entity.key);
      reply.header('location', `/api/entities/${entity.name}/${encodeURIComponent(String(key))}`);
      return answer({ reply }, created);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/entities/{entity}/{id}',
    summary: 'One row; its ETag is its revision',
    tag,
    permission: onEntity('read'),
    params: rowParams,
    query: z.strictObject({ deleted }),
    response: row,
    handler: async ({ scope, layer, params, query, reply }) => {
      const entity = entityOf(layer, params.entity);
      const options = { includeDeleted: query.deleted };
      const found = await scope.repository(entity).findById(keyOfText(entity, params.id), options);
      if (!found) throw new AquiferError('AQF_ROW_NOT_FOUND', `There is no such row of ${entity.name}.`);
      return answer({ reply }, found);
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/entities/{entity}/{id}',
    summary: 'Changes fields of a row; with If-Match only at that revision',
    tag,
    permission: onEntity('update'),
    params: rowParams,
    body: fields,
    response: row,
    handler: async (call) => {
      const { entity, repository, key } = target(call);
      const patch = fromJsonRow(entity, call.body);
      return answer(
        call,
        await guarded(call.request, (options) => repository.update(key, patch, options as never)),
      );
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/entities/{entity}/{id}',
    summary: 'Deletes a row, softly where the entity has that trait; with If-Match only at that revision',
    tag,
    permission: onEntity('delete'),
    params: rowParams,
    handler: async (call) => {
      const { repository, key } = target(call);
      await guarded(call.request, (options) => repository.delete(key, options as never));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/entities/{entity}/{id}/restore',
    summary: 'Brings a soft-deleted row back',
    tag,
    permission: onEntity('delete'),
    params: rowParams,
    response: row,
    handler: async (call) => {
      const { entity, repository, key } = target(call);
      assertTrait(entity, 'softDelete');
      return answer(call, await repository.restore(key));
    },
  }),
];

function target({ scope, layer, params }: Pick<RowCall, 'scope' | 'layer' | 'params'>) {
  const entity = entityOf(layer, params.entity);
  return { entity, repository: scope.repository(entity), key: keyOfText(entity, params.id) };
}

function answer({ reply }: Answered, stored: object) {
  const shown = toJsonRow(stored as Record<string, unknown>);
  tagRow(reply, shown);
  return shown;
}
