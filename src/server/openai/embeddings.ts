import { z } from 'zod';
import { countTokens } from '../../chunking/index.js';
import { embeddingsAnswer } from './answers.js';
import { defineOpenAiRoute } from './define.js';
import { OpenAiRequestError } from './error.js';
import { assertModel } from './models.js';

const MOST_TEXTS = 2048;
const tokens = z.array(z.int());

const body = z.strictObject({
  input: z.union([z.string(), z.array(z.string()).min(1).max(MOST_TEXTS), tokens, z.array(tokens)]),
  model: z.string().min(1).max(256),
  encoding_format: z.enum(['float', 'base64']).default('float'),
  dimensions: z.int().min(1).optional(),
  user: z.string().max(512).optional(),
});

export const embeddingRoutes = [
  defineOpenAiRoute({
    method: 'POST',
    path: '/v1/embeddings',
    summary: 'Vectors of texts',
    permission: ['embeddings', 'create'],
    body,
    response: embeddingsAnswer,
    handler: async ({ layer, scope, body: { input, model, encoding_format, dimensions } }) => {
      const texts = textsOf(input);
      await assertModel(layer, scope, model);
      const vectors = await scope.embed(texts, { model });
      assertDimensions(dimensions, vectors[0]?.length);
      const encode = encoding_format === 'base64' ? toBase64 : (vector: Float32Array) => [...vector];
      const data = vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: encode(vector),
      }));
      const used = texts.reduce((sum, text) => sum + countTokens(text), 0);
      return { object: 'list', data, model, usage: { prompt_tokens: used, total_tokens: used } };
    },
  }),
];

function textsOf(input: z.output<typeof body>['input']): string[] {
  const list: readonly (string | number | number[])[] = typeof input === 'string' ? [input] : input;
  const texts = list.filter((each) => typeof each === 'string');
  if (texts.length < list.length || list.length === 0)
    throw new OpenAiRequestError('Tokens are not taken here, as each model has its own: send text.', {
      param: 'input',
      code: 'unsupported_value',
    });
  if (texts.some((text) => text.trim() === ''))
    throw new OpenAiRequestError('The input has an empty text.', { param: 'input' });
  return texts;
}

function assertDimensions(wanted: number | undefined, given: number | undefined): void {
  if (wanted === undefined || wanted === given) return;
  throw new OpenAiRequestError(`This model has ${given} dimensions, and they cannot be changed.`, {
    param: 'dimensions',
    code: 'unsupported_value',
  });
}

/** Little-endian, as every platform that Node runs on has it in memory. */
function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
