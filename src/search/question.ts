import type { Embedder } from '../embeddings/index.js';
import { isWrittenIn } from '../language/index.js';
import { encodeVector } from '../vectors/index.js';

/** Opens a model by its id; undefined where nothing here serves it. */
export type EmbedderOf = (modelId: string) => Promise<Embedder | undefined>;

/** A question as the models of what is searched put it. */
export interface QuestionVectors {
  /** Of which the request takes weight and range; its vector goes beside the request. */
  readonly embedder: Embedder;
  readonly vector: Float32Array;
  /** Of further models, by their ids, as pgvector writes them. */
  readonly others: Readonly<Record<string, string>>;
}

/** What a search remembers of a tenant from one time to the next: with which models its collections are searched. */
export class ModelsInUse {
  readonly #models = new Map<string, readonly string[]>();
  static readonly #MOST = 10_000;

  of(tenantId: string): readonly string[] | undefined {
    return this.#models.get(tenantId);
  }

  note(tenantId: string, models: readonly string[]): void {
    if (this.#models.size >= ModelsInUse.#MOST) this.#models.clear();
    this.#models.set(tenantId, models);
  }
}

/** Whether a model can make anything of a question: it has words of the script. */
export function canRead({ model: { scripts } }: Embedder, text: string): boolean {
  return scripts === undefined || isWrittenIn(text, scripts);
}

/**
 * Undefined where none of the models can read the question: it is asked by its words alone.
 * @param models in which the question is put; with one, it decides how the legs are weighed, else `embedder`
 */
export async function embedQuestion(
  embedder: Embedder,
  embedderOf: EmbedderOf,
  models: readonly string[],
  text: string,
  tenantId: string,
): Promise<QuestionVectors | undefined> {
  const served = await Promise.all(
    models.map((id) => (id === embedder.model.id ? embedder : embedderOf(id))),
  );
  const reading = served.filter((one) => one !== undefined && canRead(one, text)) as Embedder[];
  const first = reading.find((one) => one === embedder) ?? reading[0];
  if (!first) return undefined;
  const vector = await first.embedQuery(text, { tenantId });
  const others: Record<string, string> = {};
  for (const other of reading) {
    if (other === first) continue;
    others[other.model.id] = `[${(await other.embedQuery(text, { tenantId })).join(',')}]`;
  }
  return { embedder: first, vector, others };
}

/** The parameter of the search function. */
export function vectorParameter(question: QuestionVectors | undefined): Uint8Array | null {
  return question ? encodeVector(question.vector) : null;
}
