/** Tokens of a response, as the model counted them. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** How providers call them. */
const INPUT = ['inputTokens', 'input_tokens', 'promptTokens', 'prompt_tokens', 'promptTokenCount'];
const OUTPUT = [
  'outputTokens',
  'output_tokens',
  'completionTokens',
  'completion_tokens',
  'candidatesTokenCount',
];

/** What a response says of itself in `usage` or `usageMetadata`; undefined when it says nothing that is known. */
export function usageOf(response: unknown): TokenUsage | undefined {
  const { usage, usageMetadata } = (response ?? {}) as { usage?: unknown; usageMetadata?: unknown };
  const told = usage ?? usageMetadata;
  if (typeof told !== 'object' || told === null) return undefined;
  const inputTokens = count(told, INPUT);
  const outputTokens = count(told, OUTPUT);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}

function count(told: object, names: readonly string[]): number | undefined {
  const values = names.map((name) => (told as Record<string, unknown>)[name]);
  return values.find((value) => Number.isFinite(value)) as number | undefined;
}
