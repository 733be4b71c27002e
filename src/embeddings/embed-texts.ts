import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { EmbedCall, Embedder } from './embedder.js';
import { meanVector } from './local/mean-vector.js';

const textsSchema = z.array(z.string()).min(1).max(10_000);

/**
 * One unit vector for each text, in order: of one longer than a window of the model, the mean of its windows.
 * @throws AQF_ARGUMENT_INVALID for what is no list of texts; else as `embedPassages`
 */
export async function embedTexts(
  embedder: Embedder,
  texts: readonly string[],
  call?: EmbedCall,
): Promise<Float32Array[]> {
  const parsed = textsSchema.safeParse(texts);
  if (!parsed.success) throw new AquiferError('AQF_ARGUMENT_INVALID', 'embed takes 1 to 10,000 texts.');
  return (await embedder.embedPassages(parsed.data, call)).map(meanVector);
}
