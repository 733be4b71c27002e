import { randomUUID } from 'node:crypto';
import { AquiferError } from '../../errors/index.js';
import { storable } from '../../relational/index.js';
import { hashOf } from '../hash.js';
import { parseInput } from '../input.js';
import { languageOf } from '../language.js';
import type { Metadata } from '../types.js';
import type { CutChunk, CutDocument } from './types.js';

export interface ReadyChunk {
  readonly ordinal: number;
  readonly context: string;
  readonly text: string;
  readonly hash: string;
  /** UTF-16 code units into the content of the document. */
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  readonly embedding: Float32Array | undefined;
}

export interface ReadyDocument {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly language: string;
  readonly metadata: Metadata;
  readonly content: string;
  readonly sourceHash: string;
  readonly recipeHash: string;
  readonly chunks: readonly ReadyChunk[];
}

const BETWEEN_CHUNKS = '\n\n';
/** A token of English is four characters long, about. Counting them would take longer than all the rest. */
const CHARACTERS_A_TOKEN = 4;

/**
 * A document as its rows will be. Its content is that of its chunks, one after the other.
 * @throws AQF_ARGUMENT_INVALID, AQF_VECTOR_DIMENSIONS
 */
export async function prepareDocument(
  given: CutDocument,
  model: { readonly id: string; readonly dimensions: number },
  languageOfCollection: string,
): Promise<ReadyDocument> {
  const { source, title, metadata = {}, chunks } = checked(given);
  const ready = placed(chunks, title, model.dimensions);
  const content = ready.map(({ text }) => text).join(BETWEEN_CHUNKS);
  const language = await languageOf(content, given.language ?? languageOfCollection);
  return {
    id: randomUUID(),
    source,
    title,
    language,
    metadata,
    content,
    sourceHash: hashOf(...ready.map(({ hash }) => hash)),
    recipeHash: hashOf('load', model.id, language, title, JSON.stringify(metadata)),
    chunks: ready,
  };
}

/** What every document must be, and with texts that can be stored. */
function checked(given: CutDocument) {
  if (typeof given !== 'object' || given === null) throw invalid('a document must be an object');
  const { source, title, metadata, language, chunks } = given;
  if (!Array.isArray(chunks)) throw invalid('chunks must be a list');
  const input = { source, title, text: '', ...(metadata && { metadata }), ...(language && { language }) };
  return { ...parseInput(input), title: storable(title), chunks };
}

function placed(chunks: readonly CutChunk[], title: string, dimensions: number): ReadyChunk[] {
  let start = 0;
  return chunks.map((chunk, ordinal) => {
    const { text: given, context: around = title, embedding } = Object(chunk) as CutChunk;
    if (typeof around !== 'string') throw invalid('the context of a chunk must be a text');
    if (embedding !== undefined && !(embedding instanceof Float32Array)) {
      throw invalid('the embedding of a chunk must be a Float32Array');
    }
    if (typeof given !== 'string' || given === '') throw invalid('the text of a chunk must not be empty');
    if (embedding && embedding.length !== dimensions) throw wrongDimensions(embedding.length, dimensions);
    const [text, context] = [storable(given), storable(around)];
    const end = start + text.length;
    const tokens = Math.ceil(text.length / CHARACTERS_A_TOKEN);
    const ready = { ordinal, context, text, hash: hashOf(context, text), start, end, tokens, embedding };
    start = end + BETWEEN_CHUNKS.length;
    return ready;
  });
}

function invalid(what: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', `A document cannot be loaded: ${what}.`);
}

function wrongDimensions(given: number, dimensions: number): AquiferError {
  const message = `A chunk has a vector of ${given} dimensions; those of the model in use have ${dimensions}.`;
  return new AquiferError('AQF_VECTOR_DIMENSIONS', message, { facts: { given, dimensions } });
}
