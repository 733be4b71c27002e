import type { Input } from './client.js';

export interface BatchBounds {
  readonly batchTexts: number;
  readonly batchTokens: number;
}

/** The inputs in their order, as many in a batch as the bounds allow; one that is beyond them alone. */
export function inBatches(inputs: readonly Input[], { batchTexts, batchTokens }: BatchBounds): Input[][] {
  const batches: Input[][] = [];
  let batch: Input[] = [];
  let tokens = 0;
  for (const input of inputs) {
    if (batch.length > 0 && (batch.length >= batchTexts || tokens + input.tokens > batchTokens)) {
      batches.push(batch);
      batch = [];
      tokens = 0;
    }
    batch.push(input);
    tokens += input.tokens;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
