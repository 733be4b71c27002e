/** What of a request a provider will not take; `texts` when it may be one of the texts. */
export type RefusalCause = 'texts' | 'too long' | 'request';

const TOO_LONG =
  /context (length|window|size)|(input|text|prompt|sequence)\b.{0,40}too (long|large)|(maximum|less than).{0,20}(tokens|length)/i;
/** Statuses that may speak of one text. */
const OF_TEXTS = new Set([400, 413, 422]);

/** Some servers report a text that is too long as a failure of theirs. */
export function saysTooLong(reason: string): boolean {
  return TOO_LONG.test(reason);
}

export function causeOf(reason: string, status: number): RefusalCause {
  if (saysTooLong(reason)) return 'too long';
  return OF_TEXTS.has(status) ? 'texts' : 'request';
}
