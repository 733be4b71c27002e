import { AquiferError } from '../errors/index.js';
import type { Transaction } from '../relational/index.js';
import * as queries from './queries.js';
import { listSpaces, openSpace } from './spaces.js';
import { type DocumentSpace, type PipelineDependencies, SYSTEM } from './types.js';

export interface ModelChangeStatus {
  /**
   * `none`: one model. `building`: the new one is being filled and not searched yet. `swapped`: the new one is searched,
   * the old one is kept.
   */
  readonly state: 'none' | 'building' | 'swapped';
  /** The model that is searched; undefined while the collection has no vectors. */
  readonly active: string | undefined;
  /** The other one: the model to come, or the one that was. */
  readonly other: string | undefined;
  /** Chunks of the collection. */
  readonly chunks: number;
  /** Those with a vector of the new model: the other one while it is built, then the active one. */
  readonly done: number;
  /** Those without one, of documents that are dead letters. */
  readonly dead: number;
}

export interface ModelChangeDependencies
  extends Pick<PipelineDependencies, 'relational' | 'queue' | 'embedderOf' | 'defaultModel'> {
  /** Awaited after another model is searched: what was found before is out of date. */
  onSwapped?(tenantId: string): Promise<void>;
}

/** The spaces of a collection in their parts. */
interface Cast {
  readonly collectionId: number;
  readonly active: DocumentSpace | undefined;
  readonly building: DocumentSpace | undefined;
  readonly retired: DocumentSpace | undefined;
}

/**
 * The change of a collection's embedding model while it is searched. The pipeline fills the space of the new model, and
 * goes on where it ended after any crash; search stays with the old one until `swap`. Until `finish` both are kept up to
 * date, so that `rollback` is as quick as the swap.
 */
export class ModelChange {
  readonly #deps: ModelChangeDependencies;
  readonly #tenantId: string;
  readonly #collection: string;

  /** @param collection by its name */
  constructor(deps: ModelChangeDependencies, tenantId: string, collection = 'default') {
    this.#deps = deps;
    this.#tenantId = tenantId;
    this.#collection = collection;
  }

  /**
   * Begins to fill the space of a model, or goes on. A collection without vectors takes the model at once.
   * @throws AQF_MODEL_UNKNOWN, AQF_COLLECTION_NOT_FOUND; AQF_ARGUMENT_INVALID when it is that model already, or another
   * change has not been finished
   */
  async start(to: string): Promise<ModelChangeStatus> {
    const { collectionId, active, building, retired } = await this.#cast();
    if (active?.model === to)
      throw invalid(`The collection ${this.#collection} has the model ${to} already.`);
    if (retired || (building && building.model !== to)) {
      const other = (retired ?? building)?.model;
      throw invalid(`Another change is under way, with ${other}: finish it or roll it back first.`);
    }
    if (!active)
      await this.#write((tx) => tx.query(queries.SET_COLLECTION_MODEL, [this.#tenantId, collectionId, to]));
    else await this.#build(collectionId, to);
    return this.status();
  }

  /** Counts the chunks: a look at all of them. @throws AQF_COLLECTION_NOT_FOUND */
  async status(): Promise<ModelChangeStatus> {
    const cast = await this.#cast();
    const { active, building, retired } = cast;
    const state = building ? 'building' : retired ? 'swapped' : 'none';
    const other = building ?? retired;
    const progress = await this.#write((tx) => this.#progress(tx, cast));
    return { state, active: active?.model, other: other?.model, ...progress };
  }

  /**
   * From now on the new model is searched: for everyone at once. The old one is kept up to date.
   * @throws AQF_VECTOR_MIGRATION_FAILED while a chunk lacks its vector that is still to be tried; AQF_ARGUMENT_INVALID
   * when no change is under way
   */
  async swap(): Promise<ModelChangeStatus> {
    const cast = await this.#cast();
    const { collectionId, active, building } = cast;
    if (!active || !building) throw invalid('There is no new model to swap to: start the change first.');
    await this.#write(async (tx) => {
      const lastId = await this.#lockNumbers(tx);
      const { chunks, done, dead } = await this.#progress(tx, cast);
      if (done + dead < chunks) throw unready(building, chunks - done - dead);
      await this.#exchange(tx, collectionId, building, active, 'retired');
      await tx.query(queries.FOLLOW, [this.#tenantId, active.id, lastId]);
    });
    await this.#deps.onSwapped?.(this.#tenantId);
    return this.status();
  }

  /**
   * Before the swap: gives up the new model and removes its vectors. After it: the old model is searched again, and the new
   * one is as it was before the swap.
   * @throws AQF_ARGUMENT_INVALID when no change is under way
   */
  async rollback(): Promise<ModelChangeStatus> {
    const { collectionId, active, building, retired } = await this.#cast();
    if (!building && !retired) throw invalid('There is no change of the model to roll back.');
    await this.#write(async (tx) => {
      if (building) {
        await tx.query(queries.DROP_SPACE, [this.#tenantId, building.id]);
        if (active) await tx.query(queries.STOP_FOLLOWING, [this.#tenantId, [active.id]]);
      } else if (active && retired) {
        await this.#lockNumbers(tx);
        await this.#exchange(tx, collectionId, retired, active, 'building');
      }
    });
    if (retired) await this.#deps.onSwapped?.(this.#tenantId);
    await this.#announce();
    return this.status();
  }

  /** Removes the old model's vectors. @throws AQF_ARGUMENT_INVALID before the swap */
  async finish(): Promise<ModelChangeStatus> {
    const { active, retired } = await this.#cast();
    if (!active || !retired) throw invalid('There is no old model to remove: nothing was swapped.');
    await this.#write(async (tx) => {
      await tx.query(queries.DROP_SPACE, [this.#tenantId, retired.id]);
      await tx.query(queries.STOP_FOLLOWING, [this.#tenantId, [active.id]]);
      // What was written with the old model since the swap and has not been followed yet.
      await tx.query(queries.EXPIRE_UNEMBEDDED, [this.#tenantId]);
    });
    await this.#announce();
    return this.status();
  }

  async #build(collectionId: number, model: string): Promise<void> {
    const id = await openSpace(this.#deps, this.#tenantId, collectionId, model, 'building');
    if (id === undefined) {
      throw new AquiferError('AQF_MODEL_UNKNOWN', `Nothing here serves the embedding model ${model}.`);
    }
    await this.#write((tx) => tx.query(queries.FOLLOW, [this.#tenantId, id, 0]));
    await this.#announce();
  }

  async #exchange(
    tx: Transaction,
    collectionId: number,
    next: DocumentSpace,
    last: DocumentSpace,
    becomes: DocumentSpace['state'],
  ): Promise<void> {
    await tx.query(queries.SET_SPACE_STATE, [this.#tenantId, last.id, becomes]);
    await tx.query(queries.SET_SPACE_STATE, [this.#tenantId, next.id, 'active']);
    await tx.query(queries.SET_COLLECTION_MODEL, [this.#tenantId, collectionId, next.model]);
  }

  async #lockNumbers(tx: Transaction): Promise<number> {
    const { rows } = await tx.query<{ lastId: number }>(queries.LOCK_NUMBERS, [this.#tenantId]);
    return rows[0]?.lastId ?? 0;
  }

  async #progress(tx: Transaction, { collectionId, active, building }: Cast) {
    const target = building ?? active;
    const { rows } = await tx.query<{ chunks: number; done: number; dead: number }>(queries.SPACE_PROGRESS, [
      this.#tenantId,
      collectionId,
      target?.id ?? null,
    ]);
    return rows[0] ?? { chunks: 0, done: 0, dead: 0 };
  }

  async #cast(): Promise<Cast> {
    const { rows } = await this.#deps.relational.query<{ id: number; model: string | null }>(SYSTEM, {
      text: queries.FIND_COLLECTION,
      values: [this.#tenantId, this.#collection],
    });
    const [collection] = rows;
    if (!collection) {
      const name = JSON.stringify(this.#collection);
      throw new AquiferError('AQF_COLLECTION_NOT_FOUND', `There is no collection ${name} in this tenant.`);
    }
    const spaces = (await listSpaces(this.#deps, this.#tenantId)).filter(
      ({ collectionId }) => collectionId === collection.id,
    );
    const model = collection.model ?? this.#deps.defaultModel;
    const actives = spaces.filter(({ state }) => state === 'active');
    return {
      collectionId: collection.id,
      active: actives.find((space) => space.model === model) ?? actives.at(-1),
      building: spaces.find(({ state }) => state === 'building'),
      retired: spaces.find(({ state }) => state === 'retired'),
    };
  }

  #write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#deps.relational.transaction(SYSTEM, work);
  }

  /** A queue that is away is no reason to fail: the sweep comes by. */
  async #announce(): Promise<void> {
    await this.#deps.queue.announce([this.#tenantId]).catch(() => undefined);
  }
}

function invalid(message: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', message);
}

function unready({ model }: DocumentSpace, missing: number): AquiferError {
  return new AquiferError(
    'AQF_VECTOR_MIGRATION_FAILED',
    `${missing} chunks have no vector of ${model} yet; search stays on the old model.`,
    { hint: 'Wait until the status says that all are done, then swap again.', facts: { model, missing } },
  );
}
