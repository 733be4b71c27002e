/** Statuses after which the same request may succeed; 529 is "overloaded". */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504, 529]);
/** Characters of an answer that an error repeats. */
const TOLD = 300;

/** An answer that is none. */
class RefusedRequest extends Error {
  readonly status: number;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status: number, retryAfterMs: number | undefined) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What the endpoint said, shortened. */
export async function failureOf(response: Response): Promise<Error> {
  const { status } = response;
  const told = toldBy(await response.text().catch(() => ''));
  const wait = waitOf(response.headers.get('retry-after'), Date.now());
  return new RefusedRequest(told ? `answered ${status}: ${told}` : `answered ${status}`, status, wait);
}

/** Whether the same request may succeed a little later. Errors of `fetch` itself are those of connections and time. */
export function isPassing(error: unknown): boolean {
  if (error instanceof RefusedRequest) return PASSING.has(error.status);
  return error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
}

/** How long the endpoint asks to wait. */
export function retryAfterMs(error: unknown): number | undefined {
  return error instanceof RefusedRequest ? error.retryAfterMs : undefined;
}

/** Seconds or a date, RFC 9110 section 10.2.3. */
export function waitOf(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The message within an error as OpenAI, Cohere, Jina and others write it, or the text itself. */
function toldBy(text: string): string {
  const told = messageWithin(text) ?? text;
  return told.replace(/\s+/g, ' ').trim().slice(0, TOLD).replace(/\.$/, '');
}

function messageWithin(text: string): string | undefined {
  try {
    const { error, message, detail } = JSON.parse(text) ?? {};
    return [error?.message, error, message, detail].find((value) => typeof value === 'string');
  } catch {
    return undefined;
  }
}
