import { AquiferError } from '../../errors/index.js';
import type { EmbeddingModel } from '../embedder.js';

const ID = /^[^:\s]+:\S+$/;
const SCRIPT = /^[A-Z][a-z]{3}$/;
const LANGUAGE = /^(\*|[a-z]{2,3}(-[A-Za-z0-9]+)*)$/;

/**
 * The model itself, when it can be one.
 * @throws AQF_ARGUMENT_INVALID
 */
export function checkModel(model: EmbeddingModel): EmbeddingModel {
  const { id, dimensions, maxTokens, language, fusionWeight, pricePerMillionTokens = 0, scripts } = model;
  const wrong = [
    !ID.test(id) && 'id must be <provider>:<name> without white space',
    !isCount(dimensions) && 'dimensions must be a whole number above 0',
    !isCount(maxTokens) && 'maxTokens must be a whole number above 0',
    !LANGUAGE.test(language) && 'language must be a BCP 47 tag, or *',
    scripts?.every(isScript) === false && 'scripts must be ISO 15924 codes such as Latn',
    !(fusionWeight >= 0 && fusionWeight <= 1) && 'fusionWeight must be from 0 to 1',
    !(pricePerMillionTokens >= 0) && 'pricePerMillionTokens must not be negative',
  ].filter((problem) => problem !== false);
  if (wrong.length === 0) return model;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `The model ${id} is invalid: ${wrong.join('; ')}.`, {
    facts: { model: id },
  });
}

function isScript(code: string): boolean {
  if (!SCRIPT.test(code)) return false;
  try {
    return new RegExp(`\\p{Script=${code}}`, 'u') !== undefined;
  } catch {
    return false;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
