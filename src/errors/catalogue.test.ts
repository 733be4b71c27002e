import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AquiferError } from './aquifer-error.js';
import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.js';

/** Codes are part of the public interface: adding one is a feature, removing or renaming one breaks callers. */
const CODES = [
  'AQF_ARGUMENT_INVALID',
  'AQF_BODY_TOO_LARGE',
  'AQF_BRANCH_CLOSED',
  'AQF_BRANCH_EXISTS',
  'AQF_BRANCH_NOT_FOUND',
  'AQF_CACHE_STORE_REFUSED',
  'AQF_CACHE_STORE_UNAVAILABLE',
  'AQF_CACHE_TIMEOUT',
  'AQF_CACHE_VALUE_INVALID',
  'AQF_CHAT_FAILED',
  'AQF_CHECK_VIOLATION',
  'AQF_CIPHERTEXT_INVALID',
  'AQF_CIPHER_MISSING',
  'AQF_COLLECTION_EXISTS',
  'AQF_COLLECTION_FORBIDDEN',
  'AQF_COLLECTION_NOT_FOUND',
  'AQF_COMMIT_UNKNOWN',
  'AQF_CONFIG_INVALID',
  'AQF_CONNECTION_LOST',
  'AQF_CREDENTIALS_UNAVAILABLE',
  'AQF_CREDENTIAL_INVALID',
  'AQF_CREDENTIAL_MISSING',
  'AQF_DATABASE_LOCKED',
  'AQF_DATABASE_UNAVAILABLE',
  'AQF_DEADLOCK',
  'AQF_DOCUMENT_NOT_FOUND',
  'AQF_EMBEDDING_FAILED',
  'AQF_EMBEDDING_RATE_LIMITED',
  'AQF_EMBEDDING_REFUSED',
  'AQF_ENTITY_INVALID',
  'AQF_ENTITY_MISMATCH',
  'AQF_ENTITY_NOT_FOUND',
  'AQF_EVAL_DATASET_INVALID',
  'AQF_EXTRACTION_CORRUPT',
  'AQF_EXTRACTION_CRASHED',
  'AQF_EXTRACTION_EMPTY',
  'AQF_EXTRACTION_ENCRYPTED',
  'AQF_EXTRACTION_EXPANDED_TOO_LARGE',
  'AQF_EXTRACTION_HOSTILE',
  'AQF_EXTRACTION_MEMORY',
  'AQF_EXTRACTION_SCANNED',
  'AQF_EXTRACTION_TIMEOUT',
  'AQF_EXTRACTION_TOO_DEEP',
  'AQF_EXTRACTION_TOO_LARGE',
  'AQF_EXTRACTION_TOO_MANY_PAGES',
  'AQF_EXTRACTION_UNSUPPORTED',
  'AQF_FAILOVER_REFUSED',
  'AQF_FIELD_UNKNOWN',
  'AQF_FILE_NOT_FOUND',
  'AQF_FILE_STORE_UNAVAILABLE',
  'AQF_FILE_UNREADABLE',
  'AQF_FOREIGN_KEY_VIOLATION',
  'AQF_IDEMPOTENCY_CONFLICT',
  'AQF_INTERNAL',
  'AQF_JOB_NOT_FOUND',
  'AQF_KEY_DESTROYED',
  'AQF_KEY_NOT_FOUND',
  'AQF_KEY_UNAVAILABLE',
  'AQF_LAYER_CLOSED',
  'AQF_MEDIA_TYPE_UNSUPPORTED',
  'AQF_MIGRATION_CHANGED',
  'AQF_MIGRATION_FAILED',
  'AQF_MIGRATION_IRREVERSIBLE',
  'AQF_MIGRATION_PENDING',
  'AQF_MIGRATION_UNCONFIRMED',
  'AQF_MODEL_UNKNOWN',
  'AQF_NOT_NULL_VIOLATION',
  'AQF_NOT_SUPPORTED',
  'AQF_PEER_MISSING',
  'AQF_PERMISSION_DENIED',
  'AQF_POOL_EXHAUSTED',
  'AQF_POSITION_LOST',
  'AQF_PRECONDITION_FAILED',
  'AQF_QUERY_FAILED',
  'AQF_QUEUE_UNAVAILABLE',
  'AQF_RATE_LIMITED',
  'AQF_READ_ONLY',
  'AQF_RERANK_FAILED',
  'AQF_RESULT_TOO_LARGE',
  'AQF_REVISION_CONFLICT',
  'AQF_REVISION_NOT_FOUND',
  'AQF_ROUTE_NOT_FOUND',
  'AQF_ROW_NOT_FOUND',
  'AQF_SCOPE_MISSING',
  'AQF_SERIALIZATION_FAILURE',
  'AQF_SERVER_UNAVAILABLE',
  'AQF_STATEMENT_NOT_FOUND',
  'AQF_STATEMENT_TIMEOUT',
  'AQF_SUBSCRIPTION_LOST',
  'AQF_TENANT_EXISTS',
  'AQF_TENANT_NOT_FOUND',
  'AQF_UNIQUE_VIOLATION',
  'AQF_UPLOAD_INCOMPLETE',
  'AQF_UPLOAD_NOT_FOUND',
  'AQF_VALUE_INVALID',
  'AQF_VECTORS_UNAVAILABLE',
  'AQF_VECTOR_DIMENSIONS',
  'AQF_VECTOR_MIGRATION_FAILED',
  'AQF_WORKER_CRASHED',
  'AQF_WRITE_BEHIND_FULL',
];

const SRC = fileURLToPath(new URL('..', import.meta.url));
const sources = readdirSync(SRC, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('catalogue.ts'))
  .map((name) => readFileSync(join(SRC, name), 'utf8'));
/** Comments name codes too; only code raises them. */
const code = sources.join('\n').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

describe('the catalogue of errors', () => {
  test('holds these codes', () => {
    expect(Object.keys(ERROR_CATALOGUE).sort()).toEqual(CODES);
  });

  test.each(CODES)('%s has a status of HTTP errors, a hint, and is raised somewhere', (name) => {
    const { status, hint } = ERROR_CATALOGUE[name as ErrorCode];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(hint).toMatch(/^[A-Z].*\.$/);
    expect(code).toContain(`'${name}'`);
  });

  test('knows every code that is raised', () => {
    // Not a prefix that codes are told by; and what never reached a server has codes of the client, which knows no catalogue.
    const raised = new Set(code.match(/(?<=')AQF_(?!CLIENT_)[A-Z_]+[A-Z](?=')/g));
    expect([...raised].filter((name) => !CODES.includes(name))).toEqual([]);
  });
});

describe('an error of Aquifer', () => {
  test('carries code, status, hint, facts and cause, and prints itself as JSON without the cause', () => {
    const cause = new Error('disk on fire');
    const error = new AquiferError('AQF_DATABASE_LOCKED', 'It is locked.', {
      facts: { pid: 7, host: undefined },
      cause,
    });
    expect(error).toMatchObject({ name: 'AquiferError', code: 'AQF_DATABASE_LOCKED', status: 503, cause });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'AQF_DATABASE_LOCKED',
      message: 'It is locked.',
      hint: ERROR_CATALOGUE.AQF_DATABASE_LOCKED.hint,
      facts: { pid: 7 },
    });
  });

  test('takes the hint of the place that knows better', () => {
    expect(new AquiferError('AQF_INTERNAL', 'x', { hint: 'Turn it off and on.' }).hint).toBe(
      'Turn it off and on.',
    );
  });
});
