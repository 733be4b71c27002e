import { messageOf } from '../errors/index.js';

/** Characters of an answer that an error repeats. */
const LENGTH = 300;
/** Headers that carry a key. */
const SECRET = /^(authorization|(x-)?api-key|cookie)$/i;
const SCHEME = /^(bearer|basic|token)\s+/i;
const MASK = '***';
/** What is as short as this is no key, and stands in many words. */
const SHORT = 4;

/** What an endpoint said of a failure: its message, where it is JSON as OpenAI, Ollama, Cohere and others write it. */
export function toldBy(body: unknown, text: string): string {
  const told = (messageWithin(body) ?? text).replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return told.length > LENGTH ? `${told.slice(0, LENGTH)}…` : told;
}

/** `{ error: { message } }` as OpenAI has it, `{ error }` as Ollama, `{ detail }` or `{ message }` as others. */
function messageWithin(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, message, detail } = body as Record<string, unknown>;
  const inner = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  const found = [inner, message, detail].find((text) => typeof text === 'string');
  return typeof found === 'string' ? found : undefined;
}

/** `fetch failed` says nothing; its cause says what. */
export function connectionProblem(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const reason = cause === undefined ? '' : messageOf(cause);
  return reason === '' ? messageOf(error) : `${messageOf(error)}: ${reason}`;
}

/** A text without the keys of the headers that were sent, for endpoints that send them back. */
export function withoutSecrets(text: string, headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .filter(([name]) => SECRET.test(name))
    .map(([, value]) => value.replace(SCHEME, ''))
    .filter((secret) => secret.length >= SHORT)
    .reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}
