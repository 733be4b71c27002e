import { AquiferError } from '../../errors/index.js';
import { BUILTIN_MODEL } from '../builtin/model.js';
import type { EmbeddingModel } from '../embedder.js';
import { checkModel } from './check-model.js';
import { KNOWN_MODELS, type ModelFacts } from './known.js';

/** A model as somebody asked for it. */
export interface ModelWish {
  /** `openai`, `ollama`, `transformers`, or a provider of your own. */
  readonly provider: string;
  /** As the provider calls it: `text-embedding-3-small`, `nomic-embed-text:latest`, `Xenova/bge-small-en-v1.5`. */
  readonly name: string;
  /** Length of the vectors, where the model is not known or is to make shorter ones. */
  readonly dimensions?: number | undefined;
  /** Shorter windows than the model could read, or those of a model that is not known. */
  readonly maxTokens?: number | undefined;
}

export interface ResolvedModel {
  readonly model: EmbeddingModel;
  /** The dimensions that the provider must be asked for, since they are not the model's own. */
  readonly shortenTo?: number;
}

/** Of a model that nothing is known of. */
const UNKNOWN: Omit<ModelFacts, 'dimensions'> = { maxTokens: 512, language: '*', fusionWeight: 0.5 };

/** The models that are known, and those that you add. */
export class ModelRegistry {
  readonly #own = new Map<string, EmbeddingModel>();

  constructor(own: readonly EmbeddingModel[] = []) {
    for (const model of own) this.register(model);
  }

  /**
   * Adds a model, or puts it in place of what is known under its id.
   * @throws AQF_ARGUMENT_INVALID when it says what cannot be
   */
  register(model: EmbeddingModel): void {
    this.#own.set(model.id, Object.freeze({ ...checkModel(model) }));
  }

  get(id: string): EmbeddingModel | undefined {
    return this.#own.get(id) ?? this.list().find((model) => model.id === id);
  }

  /** All of them, those of your own first. */
  list(): EmbeddingModel[] {
    const known = KNOWN_MODELS.flatMap(({ names, providers, facts }) =>
      providers.flatMap((provider) => names.map((name) => row(`${provider}:${name}`, facts))),
    );
    const others = [BUILTIN_MODEL, ...known].filter(({ id }) => !this.#own.has(id));
    return [...this.#own.values(), ...others];
  }

  /** Whether something is known of a model, whoever serves it. */
  knows(provider: string, name: string): boolean {
    return this.#own.has(`${provider}:${name}`) || knownFacts(name) !== undefined;
  }

  /**
   * The row of a model, by its own id, or by its name whoever serves it.
   * @throws AQF_MODEL_UNKNOWN when nobody says how long its vectors are; AQF_VECTOR_DIMENSIONS when the wish
   *   contradicts what is known
   */
  resolve(wish: ModelWish): ResolvedModel {
    const { provider, name, dimensions } = wish;
    const id = `${provider}:${name}`;
    const facts: ModelFacts | undefined = this.#own.get(id) ?? knownFacts(name);
    if (!facts) return { model: unknownModel(id, wish) };
    const model = { ...row(id, facts), maxTokens: Math.min(wish.maxTokens ?? Infinity, facts.maxTokens) };
    if (dimensions === undefined || dimensions === facts.dimensions) return { model: checkModel(model) };
    if (!facts.shortens || dimensions > facts.dimensions)
      throw contradicted(id, facts.dimensions, dimensions);
    // Shorter vectors are of another model as far as comparing goes.
    return { model: checkModel({ ...model, id: `${id}@${dimensions}`, dimensions }), shortenTo: dimensions };
  }
}

function knownFacts(name: string): ModelFacts | undefined {
  const plain = plainName(name);
  return KNOWN_MODELS.find(({ names }) => names.some((known) => known.toLowerCase() === plain))?.facts;
}

/** `Xenova/bge-m3`, `bge-m3:latest` and `bge-m3@fp32` are `bge-m3`. */
function plainName(name: string): string {
  const [unowned = ''] = name.split('/').slice(-1);
  return unowned.replace(/[:@].*$/, '').toLowerCase();
}

function row(id: string, { shortens: _, ...facts }: ModelFacts): EmbeddingModel {
  return { ...facts, id };
}

function unknownModel(id: string, { dimensions, maxTokens }: ModelWish): EmbeddingModel {
  if (dimensions === undefined) {
    throw new AquiferError(
      'AQF_MODEL_UNKNOWN',
      `Nothing is known of the model ${id}: say how long its vectors are (\`dimensions\`).`,
      { facts: { model: id } },
    );
  }
  return checkModel({ ...UNKNOWN, id, dimensions, ...(maxTokens !== undefined && { maxTokens }) });
}

function contradicted(id: string, known: number, wished: number): AquiferError {
  return new AquiferError(
    'AQF_VECTOR_DIMENSIONS',
    `The model ${id} makes vectors of ${known} dimensions; ${wished} were asked for.`,
    {
      facts: { model: id, expected: known, given: wished },
      hint: 'Leave `dimensions` out, or name another model.',
    },
  );
}
