import { z } from 'zod';
import { AquiferError } from '../../../errors/index.js';
import type { JsonValue } from '../../../relational/index.js';
import type { Resolution } from '../../../versions/index.js';
import { entityName, fields, onEntity, row } from '../../entities/schemas.js';
import { assertRow, versioned } from '../../entities/versioned.js';
import { type Call, defineRoute } from '../../route.js';
import { date, id, page } from '../../schemas.js';
import { difference, shown } from './history.js';

const tag = 'branches';
const path = '/api/entities/{entity}/{id}/branches';
const params = z.object({ entity: entityName, id });
const name = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._/ -]{0,127}$/u, 'must be 1 to 128 letters, digits, spaces or . _ / -');
const branchParams = params.extend({ branch: z.string().min(1).max(128) });

const summary = z.object({
  name: z.string(),
  state: z.enum(['open', 'merged', 'abandoned']),
  baseRevision: z.int(),
  mergedRevision: z.int().nullable(),
  createdAt: date,
  createdBy: z.string().nullable(),
});

const branchRevision = z.object({
  number: z.int(),
  row,
  changed: z.array(z.string()),
  at: date,
  actorId: z.string().nullable(),
});

const branchView = summary.extend({
  row: row.describe('The row as the branch has it.'),
  revisions: z.array(branchRevision),
  differences: z.array(difference).describe('What merging would change of the row as the branch found it.'),
});

const conflict = z.object({
  field: z.string(),
  base: z.unknown().describe('Where the branch began.'),
  row: z.unknown().describe('As the row is now.'),
  branch: z.unknown(),
});

const resolution = z.union([z.literal('row'), z.literal('branch'), z.strictObject({ value: z.unknown() })]);

export const branchRoutes = [
  defineRoute({
    method: 'GET',
    path,
    summary: 'The branches of a row',
    tag,
    permission: onEntity('read'),
    params,
    response: page(summary),
    handler: async (call) => {
      const { entity, versions } = versioned(call);
      const items = await versions.branches();
      if (items.length === 0) await assertRow(call, entity);
      return { items, next: null };
    },
  }),
  defineRoute({
    method: 'POST',
    path,
    summary: 'Begins a branch at the row as it is now',
    tag,
    permission: onEntity('update'),
    params,
    body: z.strictObject({ name }),
    status: 201,
    response: branchView,
    handler: async (call) => {
      const { versions } = versioned(call);
      await versions.createBranch(call.body.name);
      return viewOf(call, call.body.name);
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/{branch}`,
    summary: 'The row as a branch has it, and the revisions of the branch',
    tag,
    permission: onEntity('read'),
    params: branchParams,
    response: branchView,
    handler: async (call) => viewOf(call, call.params.branch),
  }),
  defineRoute({
    method: 'PATCH',
    path: `${path}/{branch}`,
    summary: 'Changes fields on a branch',
    tag,
    permission: onEntity('update'),
    params: branchParams,
    body: fields,
    response: branchView,
    handler: async (call) => {
      const { versions, names } = versioned(call);
      await versions.branch(call.params.branch).update(names.written(call.body));
      return viewOf(call, call.params.branch);
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${path}/{branch}`,
    summary: 'Abandons a branch; its revisions stay',
    tag,
    permission: onEntity('update'),
    params: branchParams,
    handler: async (call) => versioned(call).versions.branch(call.params.branch).abandon(),
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/{branch}/merge`,
    summary: 'Merges a branch into its row, or tells where both changed the same field',
    tag,
    permission: onEntity('update'),
    params: branchParams,
    body: z
      .strictObject({
        resolutions: z
          .record(z.string().max(128), resolution)
          .optional()
          .describe('By field: one side, or a value of its own.'),
      })
      .prefault({}),
    response: z.discriminatedUnion('status', [
      z.object({ status: z.literal('merged'), revision: z.int(), changed: z.array(z.string()) }),
      z.object({ status: z.literal('conflicts'), conflicts: z.array(conflict) }),
    ]),
    handler: async (call) => {
      const { versions, names } = versioned(call);
      const given = Object.entries(call.body.resolutions ?? {});
      const resolutions = Object.fromEntries(
        given.map(([property, settled]) => [names.column(property), settled as Resolution]),
      );
      const result = await versions.branch(call.params.branch).merge(resolutions);
      if (result.status === 'merged') return { ...result, changed: names.properties(result.changed) };
      const conflicts = result.conflicts.map(({ field, ...sides }) => {
        const property = names.property(field);
        const masked = Object.entries(sides).map(([side, value]) => [
          side,
          names.value(property, value as JsonValue),
        ]);
        return { field: property, ...Object.fromEntries(masked) };
      });
      return { ...result, conflicts };
    },
  }),
];

type BranchCall = Pick<Call, 'scope' | 'layer'> & {
  readonly params: { readonly entity: string; readonly id: string };
};

async function viewOf(call: BranchCall, branchName: string) {
  const { versions, names } = versioned(call);
  const found = (await versions.branches()).find((each) => each.name === branchName);
  if (!found) throw new AquiferError('AQF_BRANCH_NOT_FOUND', 'This row has no such branch.');
  const branch = versions.branch(branchName);
  const current = await branch.read();
  const [revisions, differences] = [await branch.revisions(), await branch.diff()];
  return {
    ...found,
    row: names.row(current),
    revisions: revisions.map((each) => ({
      ...each,
      changed: names.properties(each.changed),
      row: names.row(each.row),
    })),
    differences: differences.filter(({ field }) => names.isShown(field)).map((each) => shown(names, each)),
  };
}
