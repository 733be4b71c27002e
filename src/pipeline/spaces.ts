import type { Row, TenantContext } from '../relational/index.js';
import * as queries from './queries.js';
import { type DocumentSpace, type PipelineDependencies, type ServedSpace, SYSTEM } from './types.js';

type Deps = Pick<PipelineDependencies, 'relational' | 'embedderOf' | 'defaultModel'>;

export async function listSpaces({ relational }: Deps, tenantId: string): Promise<DocumentSpace[]> {
  const { rows } = await relational.query<DocumentSpace & Row>(SYSTEM, {
    text: queries.SPACES,
    values: [tenantId],
  });
  return rows;
}

/**
 * The spaces of a tenant's documents whose models are served here. A collection with documents to embed and no such
 * space that is searched gets one of its model.
 */
export async function servedSpaces(deps: Deps, tenantId: string): Promise<ServedSpace[]> {
  const served = await withEmbedders(deps, tenantId, await listSpaces(deps, tenantId));
  const { rows } = await deps.relational.query<{ id: number; model: string | null }>(SYSTEM, {
    text: queries.EXPIRED_COLLECTIONS,
    values: [tenantId],
  });
  const unserved = rows.filter(
    ({ id }) => !served.some(({ collectionId, state }) => collectionId === id && state === 'active'),
  );
  if (unserved.length === 0) return served;
  for (const { id, model } of unserved)
    await openSpace(deps, tenantId, id, model ?? deps.defaultModel, 'active');
  return withEmbedders(deps, tenantId, await listSpaces(deps, tenantId));
}

/** Resolves to its id; undefined where nothing here serves the model. */
export async function openSpace(
  { relational, embedderOf }: Deps,
  tenantId: string,
  collectionId: number,
  modelId: string,
  state: DocumentSpace['state'],
): Promise<number | undefined> {
  const model = (await embedderOf(tenantId, modelId))?.model;
  if (!model) return undefined;
  const context: TenantContext = { kind: 'tenant', tenantId };
  // Signs are kept where reading vectors is slow: in WebAssembly.
  const isSigned = relational.kind === 'embedded';
  const values = [model.id, model.dimensions, collectionId, isSigned, state];
  const { rows } = await relational.query<{ id: number }>(context, { text: queries.OPEN_SPACE, values });
  return rows[0]?.id;
}

async function withEmbedders(
  { embedderOf }: Deps,
  tenantId: string,
  spaces: readonly DocumentSpace[],
): Promise<ServedSpace[]> {
  const served: ServedSpace[] = [];
  for (const space of spaces) {
    const embedder = await embedderOf(tenantId, space.model);
    if (embedder?.model.dimensions === space.dimensions) served.push({ ...space, embedder });
  }
  return served;
}
