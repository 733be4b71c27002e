import { createHash } from 'node:crypto';
import { AquiferError } from '../errors/index.js';
import type { Row } from '../relational/index.js';
import type { Call, Route } from './route.js';

/** Seconds after which a request that never ended, since its server did, may be repeated: as long as one may take to arrive. */
const HELD_SECONDS = 600;
const KEPT_HOURS = 24;
const MOST_CHARACTERS = 1 << 20;
const KEPT_HEADERS = ['location', 'etag'];

const HOLD = `
  insert into aquifer.idempotency_keys as k (key, fingerprint, held_until)
  values ($1, $2, now() + make_interval(secs => ${HELD_SECONDS}))
  on conflict (tenant_id, key) do update
    set fingerprint = excluded.fingerprint, held_until = excluded.held_until, status = null, headers = null, body = null,
        created_at = now()
    where k.created_at < now() - make_interval(hours => ${KEPT_HOURS}) or k.status is null and k.held_until < now()
  returning key`;
const READ = `
  select fingerprint, status, headers, body from aquifer.idempotency_keys
  where tenant_id = (select aquifer.current_tenant()) and key = $1`;
const KEEP = `
  update aquifer.idempotency_keys set status = $2, headers = $3::jsonb, body = $4
  where tenant_id = (select aquifer.current_tenant()) and key = $1`;
const LET_GO = `
  delete from aquifer.idempotency_keys
  where tenant_id = (select aquifer.current_tenant()) and key = $1 and status is null`;

interface KeptAnswer extends Row {
  readonly fingerprint: Uint8Array;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
}

/**
 * Runs a write once for each `Idempotency-Key` of a tenant, and answers its repetitions with what was answered then.
 * A write that failed is not kept: it may be tried again.
 * @throws AQF_IDEMPOTENCY_CONFLICT when the first is still under way, or the key was used for something else
 */
export async function once(
  call: Call,
  { isSecret }: Pick<Route, 'isSecret'>,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const key = keyOf(call);
  if (key === undefined) return run();
  const fingerprint = fingerprintOf(call);
  const { rows } = await call.scope.query(HOLD, [key, fingerprint]);
  if (rows.length === 0) return replay(call, key, fingerprint, isSecret);
  try {
    const body = await run();
    await keep(call, key, isSecret ? undefined : body);
    return body;
  } catch (error) {
    await call.scope.query(LET_GO, [key]);
    throw error;
  }
}

async function replay(
  { scope, reply }: Call,
  key: string,
  fingerprint: Buffer,
  isSecret: true | undefined,
): Promise<unknown> {
  const [kept] = (await scope.query<KeptAnswer>(READ, [key])).rows;
  if (kept && !fingerprint.equals(kept.fingerprint))
    throw conflict('The idempotency key was used for another request.');
  if (!kept || kept.status === null)
    throw conflict('The first request with this idempotency key is still under way.');
  if (isSecret) throw conflict('The first request was answered, and its answer is shown once.');
  reply
    .code(kept.status)
    .headers(kept.headers ?? {})
    .header('idempotency-replayed', 'true');
  return kept.body === null ? undefined : JSON.parse(kept.body);
}

async function keep({ scope, reply }: Call, key: string, body: unknown): Promise<void> {
  const text = body === undefined ? null : JSON.stringify(body);
  if (text !== null && text.length > MOST_CHARACTERS) return;
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  );
  await scope.query(KEEP, [key, reply.statusCode, JSON.stringify(headers), text]);
}

function keyOf({ request }: Call): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.method === 'GET') return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new AquiferError('AQF_ARGUMENT_INVALID', 'An Idempotency-Key is 1 to 255 visible ASCII characters.');
}

/** Of a body that streams only its media type: the boundary of a form is another one in each repetition. */
function fingerprintOf({ request, principal, body }: Call): Buffer {
  const { method, url, headers } = request;
  const [mediaType] = (headers['content-type'] ?? '').split(';');
  const what = [principal.actorId, method, url, mediaType, body ?? null];
  return createHash('sha256').update(JSON.stringify(what)).digest();
}

function conflict(message: string): AquiferError {
  return new AquiferError('AQF_IDEMPOTENCY_CONFLICT', message);
}
