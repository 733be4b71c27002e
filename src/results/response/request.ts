import { canonical, digest } from '../canonical.js';

/** What is asked of a language model. Everything that is in it tells requests apart. */
export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly unknown[];
  /** Temperature, tools, formats, limits: as they go to the model. */
  readonly [parameter: string]: unknown;
}

/** Requests with one key ask for the same, however their properties are ordered. @throws AQF_ARGUMENT_INVALID */
export function requestKey(request: ModelRequest): string {
  return digest(canonical(request));
}

/** A request as one question in a context. */
export interface Question {
  /** Of everything but the question: model, parameters, system prompt, what was said before. */
  readonly context: string;
  readonly text: string;
}

/** Undefined when what was said last is no text of a user. */
export function questionOf(request: ModelRequest): Question | undefined {
  const last = request.messages.at(-1);
  if (typeof last !== 'object' || last === null) return undefined;
  const { role, content, ...others } = last as Record<string, unknown>;
  if (role !== 'user' || typeof content !== 'string' || content.trim() === '') return undefined;
  const messages = [...request.messages.slice(0, -1), { role, ...others }];
  return { context: digest(canonical({ ...request, messages })), text: content };
}
