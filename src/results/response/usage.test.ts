import { expect, test } from 'vitest';
import { usageOf } from './usage.js';

test.each([
  [{ usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }, 3, 4],
  [{ usage: { input_tokens: 3, output_tokens: 4 } }, 3, 4],
  [{ usage: { inputTokens: 3, outputTokens: 4 } }, 3, 4],
  [{ usage: { promptTokens: 3, completionTokens: 4 } }, 3, 4],
  [{ usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4 } }, 3, 4],
  [{ usage: { input_tokens: 3 } }, 3, 0],
])('tokens are found in %j', (response, inputTokens, outputTokens) => {
  expect(usageOf(response)).toEqual({ inputTokens, outputTokens });
});

test.each([['text'], [null], [undefined], [{}], [{ usage: null }], [{ usage: { input_tokens: 'many' } }]])(
  'no tokens are found in %j',
  (response) => {
    expect(usageOf(response)).toBeUndefined();
  },
);
