import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AquiferError, messageOf } from '../../errors/index.js';

/** Weights as Transformers.js names them; `q8` is a quarter of `fp32`, faster, and nearly as good. */
export type Dtype = 'fp32' | 'fp16' | 'q8' | 'int8' | 'uint8' | 'q4' | 'q4f16' | 'bnb4';

/** Where a model comes from. */
export interface ModelSource {
  /** The model's folder; undefined for one on the hub. */
  readonly folder: string | undefined;
  /** Of the folder alone, or on the hub. */
  readonly name: string;
  readonly dtype: Dtype;
  /** As the folder's files have them. */
  readonly dimensions?: number | undefined;
  readonly maxTokens?: number | undefined;
}

/**
 * A model in a folder laid out as Transformers.js wants it (`config.json`, `tokenizer.json`, `onnx/…`), or one on
 * the hub. What begins with `.` or `/`, or is a folder, is a folder.
 *
 * @throws AQF_MODEL_UNKNOWN when the folder holds no model
 */
export function findModel(place: string, dtype?: Dtype): ModelSource {
  const folder = resolve(place);
  const isFolder = existsSync(folder) && statSync(folder).isDirectory();
  if (!isFolder && !/^([./~\\]|[A-Za-z]:)/.test(place)) {
    return { folder: undefined, name: place, dtype: dtype ?? 'q8' };
  }
  const config = readJson(folder, 'config.json');
  return {
    folder,
    name: basename(folder),
    dtype: dtype ?? weightsIn(folder),
    dimensions: numberIn(config, ['hidden_size', 'd_model', 'dim', 'n_embd']),
    maxTokens: windowOf(folder, config),
  };
}

function weightsIn(folder: string): Dtype {
  const has = (file: string) => existsSync(join(folder, 'onnx', file));
  if (has('model_quantized.onnx')) return 'q8';
  if (has('model.onnx')) return 'fp32';
  throw noModel(folder, 'onnx/model_quantized.onnx and onnx/model.onnx are missing');
}

/** The tokenizer's bound, which says what the model was trained for, below that of the positions. */
function windowOf(folder: string, config: Record<string, unknown>): number | undefined {
  const positions = numberIn(config, ['max_position_embeddings', 'n_positions']) ?? Number.POSITIVE_INFINITY;
  const clip = numberIn(readJson(folder, 'tokenizer_config.json'), ['model_max_length']) ?? positions;
  const bound = Math.min(positions, clip);
  // Some write 1e30 for "no bound".
  return bound <= 1_000_000 ? bound : undefined;
}

function readJson(folder: string, file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch (error) {
    throw noModel(folder, messageOf(error));
  }
}

function numberIn(record: Record<string, unknown>, keys: readonly string[]): number | undefined {
  const found = keys.map((key) => record[key]).find((value) => typeof value === 'number');
  return typeof found === 'number' ? found : undefined;
}

function noModel(folder: string, reason: string): AquiferError {
  return new AquiferError('AQF_MODEL_UNKNOWN', `The folder ${folder} holds no model: ${reason}.`, {
    facts: { folder },
    hint: 'The folder needs config.json, tokenizer.json, tokenizer_config.json and onnx/model.onnx or onnx/model_quantized.onnx.',
  });
}
