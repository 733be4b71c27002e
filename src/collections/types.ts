import type { ChunkingOptions } from '../chunking/index.js';

/** How a collection treats its documents; what is not said is as the layer has it. */
export interface CollectionSettings {
  /** BCP 47 tag of documents that do not say their language; `auto` finds it from the text. Default `auto`. */
  readonly language?: string;
  readonly chunking?: Partial<ChunkingOptions>;
  /** Documents that were not written for so many days are removed by maintenance; null keeps them. Default null. */
  readonly retentionDays?: number | null;
  /** Roles of a scope that may read; null for everyone of the tenant. Default null. */
  readonly readers?: readonly string[] | null;
  /** Roles that may write, change and remove, as far as they may read; null for everyone who reads. Default null. */
  readonly writers?: readonly string[] | null;
}

export interface NewCollection extends CollectionSettings {
  /** 1 to 128 letters, digits and `_ . -`, a letter or digit first. */
  readonly name: string;
  /**
   * The embedding model, `<provider>:<name>`; null for that of the layer. It is changed by changing the model, not by an
   * update. Default null.
   */
  readonly model?: string | null;
}

export interface Collection extends Required<CollectionSettings> {
  readonly name: string;
  readonly model: string | null;
  readonly documents: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
