/**
 * Every error Aquifer can raise: a stable code, the HTTP status a surface answers with, and a hint that
 * tells the reader what to do. Codes are part of the public interface; a test pins this list.
 */
export const ERROR_CATALOGUE = {
  // configuration
  AQF_CONFIG_INVALID: {
    status: 500,
    hint: 'Run `aquifer config` to see every value in force and its source.',
  },
  AQF_PEER_MISSING: { status: 500, hint: 'Install the named package next to aquifer.' },
  // scope and arguments
  AQF_ARGUMENT_INVALID: { status: 400, hint: 'Correct the argument named in the message.' },
  AQF_SCOPE_MISSING: { status: 401, hint: 'Reach tenant data through layer.scope({ tenantId }).' },
  AQF_LAYER_CLOSED: { status: 503, hint: 'Open a new data layer with createDataLayer().' },
  // database
  AQF_DATABASE_LOCKED: { status: 503, hint: 'Stop the other process, or give this one its own dataDir.' },
  AQF_DATABASE_UNAVAILABLE: {
    status: 503,
    hint: 'Check that the server runs, or that the data folder is writable and its disk has room.',
  },
  AQF_POOL_EXHAUSTED: {
    status: 503,
    hint: 'Retry later; if it happens often, raise relational.pool.max or find what holds connections.',
  },
  AQF_CONNECTION_LOST: { status: 503, hint: 'The transaction was rolled back. Retry it.' },
  AQF_COMMIT_UNKNOWN: {
    status: 503,
    hint: 'Read whether the change is there before you repeat it.',
  },
  AQF_FAILOVER_REFUSED: {
    status: 503,
    hint: 'Bring the lost writes back, or accept their loss: restart, or raise relational.failover.maxLagMs.',
  },
  AQF_READ_ONLY: {
    status: 503,
    hint: 'Writes need the primary and a write transaction; after a failover, retry.',
  },
  AQF_STATEMENT_TIMEOUT: {
    status: 504,
    hint: 'Narrow the statement, or raise the timeout named in the message.',
  },
  AQF_SERIALIZATION_FAILURE: {
    status: 409,
    hint: 'Run the transaction again, or give transaction() `retries`.',
  },
  AQF_DEADLOCK: { status: 409, hint: 'Run the transaction again, or give transaction() `retries`.' },
  AQF_UNIQUE_VIOLATION: { status: 409, hint: 'A row with this key exists; the constraint is in `facts`.' },
  AQF_FOREIGN_KEY_VIOLATION: {
    status: 409,
    hint: 'The row refers to one that is not there, or is still referred to; the constraint is in `facts`.',
  },
  AQF_CHECK_VIOLATION: { status: 422, hint: 'A value breaks the constraint named in `facts`.' },
  AQF_NOT_NULL_VIOLATION: { status: 422, hint: 'Give the column named in `facts` a value.' },
  AQF_VALUE_INVALID: { status: 422, hint: 'A value does not fit the type of its column.' },
  AQF_PERMISSION_DENIED: { status: 403, hint: 'The scope may not do this; the message says what.' },
  AQF_RESULT_TOO_LARGE: {
    status: 422,
    hint: 'Read page by page, or leave the long columns out.',
  },
  AQF_NOT_SUPPORTED: { status: 501, hint: 'The message names what this provider cannot do.' },
  AQF_SUBSCRIPTION_LOST: {
    status: 409,
    hint: 'Another process delivers to this subscriber; this one waits its turn.',
  },
  AQF_QUERY_FAILED: { status: 500, hint: 'The cause carries the SQLSTATE and the message of the database.' },
  AQF_MIGRATION_FAILED: { status: 500, hint: 'Nothing was applied. Read the cause, then start again.' },
  AQF_MIGRATION_CHANGED: { status: 500, hint: 'Never edit an applied migration; add a new one.' },
  AQF_MIGRATION_PENDING: { status: 503, hint: 'Run `aquifer migrate`, then start again.' },
  AQF_MIGRATION_IRREVERSIBLE: {
    status: 409,
    hint: 'Restore a backup from before this migration, or go on with it.',
  },
  AQF_MIGRATION_UNCONFIRMED: {
    status: 409,
    hint: 'Nothing was undone. Make a backup; to lose this data, repeat with --confirm.',
  },
  // encryption
  AQF_KEY_UNAVAILABLE: {
    status: 503,
    hint: 'Retry; if it goes on, check the key provider named in the message and the rights this process has there.',
  },
  AQF_KEY_DESTROYED: {
    status: 410,
    hint: 'What was encrypted with this key is gone for good. A new key for the tenant is made by reopen().',
  },
  AQF_CIPHERTEXT_INVALID: {
    status: 422,
    hint: 'The stored value was changed, or moved from another row or column. Restore it from a backup.',
  },
  // entities and repositories
  AQF_ENTITY_INVALID: {
    status: 500,
    hint: 'Correct the definition of the entity; the message says what is wrong.',
  },
  AQF_ENTITY_MISMATCH: {
    status: 500,
    hint: 'Migrate the table, with drizzle-kit for example: it lacks the columns named in the message.',
  },
  AQF_ENTITY_NOT_FOUND: {
    status: 404,
    hint: 'GET /api/entities lists the entities that this credential may reach.',
  },
  AQF_FIELD_UNKNOWN: { status: 400, hint: 'Use a field, operator or relation that the entity has.' },
  AQF_ROW_NOT_FOUND: {
    status: 404,
    hint: 'The row does not exist in this tenant, or it is deleted. restore() brings back a soft-deleted row.',
  },
  AQF_REVISION_NOT_FOUND: { status: 404, hint: 'List the revisions of the row to see which there are.' },
  AQF_BRANCH_NOT_FOUND: { status: 404, hint: 'List the branches of the row to see which there are.' },
  AQF_BRANCH_EXISTS: { status: 409, hint: 'Choose another name, or go on with the branch that is there.' },
  AQF_BRANCH_CLOSED: { status: 409, hint: 'Begin a new branch.' },
  AQF_REVISION_CONFLICT: {
    status: 409,
    hint: 'Someone changed the row. Read it again, apply the change to what it says now, then repeat.',
  },
  AQF_CIPHER_MISSING: {
    status: 500,
    hint: 'Give the session `ciphers`: this entity has encrypted columns.',
  },
  // documents
  AQF_DOCUMENT_NOT_FOUND: { status: 404, hint: 'List the documents of this tenant to see their ids.' },
  // extraction: what became of one file
  AQF_EXTRACTION_UNSUPPORTED: {
    status: 415,
    hint: 'Convert the file to one of: PDF, DOCX, PPTX, XLSX, ODT, RTF, HTML, Markdown, text, CSV, JSON, EML.',
  },
  AQF_EXTRACTION_ENCRYPTED: { status: 422, hint: 'Save the file without its password, then try again.' },
  AQF_EXTRACTION_EMPTY: { status: 422, hint: 'The file holds no text; there is nothing to index.' },
  AQF_EXTRACTION_SCANNED: {
    status: 422,
    hint: 'The pages are pictures. Run OCR over the file, then try again.',
  },
  AQF_EXTRACTION_CORRUPT: { status: 422, hint: 'Open and save the file again in its own application.' },
  AQF_EXTRACTION_HOSTILE: {
    status: 422,
    hint: 'The file is built like an attack. Find out where it came from before you open it.',
  },
  AQF_EXTRACTION_TOO_LARGE: { status: 413, hint: 'Split the file, or raise the limit maxBytes.' },
  AQF_EXTRACTION_TOO_MANY_PAGES: { status: 413, hint: 'Split the file, or raise the limit maxPages.' },
  AQF_EXTRACTION_EXPANDED_TOO_LARGE: {
    status: 413,
    hint: 'If you trust the file, raise the limit named in the message.',
  },
  AQF_EXTRACTION_TOO_DEEP: { status: 422, hint: 'If you trust the file, raise the limit maxDepth.' },
  AQF_EXTRACTION_TIMEOUT: { status: 422, hint: 'If you trust the file, raise the limit timeoutMs.' },
  AQF_EXTRACTION_MEMORY: { status: 422, hint: 'If you trust the file, raise the limit memoryMb.' },
  AQF_EXTRACTION_CRASHED: {
    status: 422,
    hint: 'The file ended the process that read it. Report it with the message.',
  },
  // embedding
  AQF_EMBEDDING_FAILED: { status: 503, hint: 'Retry; the cause names what the embedding model reported.' },
  AQF_EMBEDDING_REFUSED: {
    status: 422,
    hint: 'The provider will refuse it again: correct the key, the model name or the text that it names.',
  },
  AQF_EMBEDDING_RATE_LIMITED: {
    status: 429,
    hint: 'Wait as long as `retryAfterMs` says, or raise the limit at the provider.',
  },
  AQF_MODEL_UNKNOWN: {
    status: 422,
    hint: 'Register the model with its dimensions, or name one that is: `aquifer models` lists them.',
  },
  // vectors and collections
  AQF_VECTOR_DIMENSIONS: {
    status: 422,
    hint: 'Embed with the model that the space was made for, or write to a space of the other model.',
  },
  AQF_VECTORS_UNAVAILABLE: {
    status: 503,
    hint: 'Check that the vector store runs and can be reached, then retry.',
  },
  AQF_VECTOR_MIGRATION_FAILED: {
    status: 409,
    hint: 'Run the migration again: it goes on where it ended. The message names what differs.',
  },
  AQF_COLLECTION_NOT_FOUND: { status: 404, hint: 'List the collections; names differ in case too.' },
  AQF_COLLECTION_EXISTS: { status: 409, hint: 'Choose another name, or change the existing collection.' },
  AQF_COLLECTION_FORBIDDEN: {
    status: 403,
    hint: 'The scope needs one of the roles that the collection names.',
  },
  // answers
  AQF_RERANK_FAILED: {
    status: 503,
    hint: 'Retry, or search without rerank; the cause names what the reranker reported.',
  },
  AQF_CHAT_FAILED: { status: 503, hint: 'Retry; the cause names what the chat endpoint reported.' },
  // jobs
  AQF_JOB_NOT_FOUND: { status: 404, hint: 'List the jobs: it may have been done, or removed.' },
  AQF_QUEUE_UNAVAILABLE: { status: 503, hint: 'Check the queue database (Redis or PostgreSQL), then retry.' },
  // operations
  AQF_STATEMENT_NOT_FOUND: {
    status: 404,
    hint: 'List the slow statements: the last hundred of each process are kept.',
  },
  // evaluation
  AQF_EVAL_DATASET_INVALID: {
    status: 422,
    hint: 'The folder needs corpus.jsonl, queries.jsonl and qrels/test.tsv as the BEIR benchmark has them.',
  },
  AQF_FILE_UNREADABLE: { status: 422, hint: 'Check that the file exists and that this user may read it.' },
  // cache
  AQF_CACHE_STORE_UNAVAILABLE: {
    status: 503,
    hint: 'Check the store that the message names. The cache goes on without it, and takes it up again by itself.',
  },
  AQF_CACHE_STORE_REFUSED: {
    status: 500,
    hint: 'Correct the setting of the server that the message names, or give the cache a server of its own.',
  },
  AQF_CACHE_TIMEOUT: {
    status: 504,
    hint: 'What fills this key took too long. Make it faster, raise hardTimeout, or allow stale values with grace.',
  },
  AQF_CACHE_VALUE_INVALID: {
    status: 422,
    hint: 'Cache plain data: no functions, symbols, promises or cycles of classes, and nothing above maxValueBytes.',
  },
  // write-behind
  AQF_WRITE_BEHIND_FULL: {
    status: 503,
    hint: 'Retry later; the writes that wait are at their limit because what takes them is slow or down.',
  },
  // credentials and requests
  AQF_CREDENTIAL_MISSING: {
    status: 401,
    hint: 'Send `Authorization: Bearer <API key or JWT>`; `aquifer keys create` makes a key.',
  },
  AQF_CREDENTIAL_INVALID: {
    status: 401,
    hint: 'It is unknown, malformed, expired or revoked. Use another, or make a new key.',
  },
  AQF_CREDENTIALS_UNAVAILABLE: {
    status: 503,
    hint: 'Check that server.jwt.jwksUrl can be reached, then retry.',
  },
  AQF_RATE_LIMITED: {
    status: 429,
    hint: 'Wait as long as `retry-after` says; server.rateLimit sets the limits.',
  },
  AQF_KEY_NOT_FOUND: { status: 404, hint: 'List the API keys of the tenant: `aquifer keys list`.' },
  AQF_TENANT_NOT_FOUND: { status: 404, hint: 'List the tenants: `aquifer tenants list`.' },
  AQF_TENANT_EXISTS: { status: 409, hint: 'Take another id, or use the tenant that is there.' },
  AQF_ROUTE_NOT_FOUND: { status: 404, hint: 'Routes are listed at /openapi.json, and for reading at /docs.' },
  AQF_MEDIA_TYPE_UNSUPPORTED: { status: 415, hint: 'Send the content type that the route takes: see /docs.' },
  AQF_BODY_TOO_LARGE: { status: 413, hint: 'Send less, or raise server.bodyBytes or server.uploadBytes.' },
  AQF_IDEMPOTENCY_CONFLICT: {
    status: 409,
    hint: 'Retry when the first request is over, or take a new key for another request.',
  },
  AQF_PRECONDITION_FAILED: {
    status: 412,
    hint: 'It was changed since you read it: read it again, and send its new ETag.',
  },
  AQF_SERVER_UNAVAILABLE: {
    status: 503,
    hint: 'Take another port with --port, or end what listens on this one.',
  },
  AQF_FILE_NOT_FOUND: { status: 404, hint: 'List the files.' },
  AQF_FILE_STORE_UNAVAILABLE: {
    status: 503,
    hint: 'Check that the folder `files` in dataDir can be read and written and has room, then retry.',
  },
  AQF_UPLOAD_NOT_FOUND: { status: 404, hint: 'List the uploads.' },
  AQF_UPLOAD_INCOMPLETE: { status: 400, hint: 'The connection ended before the file did. Send it again.' },
  AQF_POSITION_LOST: {
    status: 410,
    hint: 'Events since then are not kept any more: read the state anew, and follow from now.',
  },
  // threads
  AQF_WORKER_CRASHED: { status: 503, hint: 'Retry; if it happens again, report it with the message.' },
  AQF_INTERNAL: {
    status: 500,
    hint: 'This is a defect of Aquifer. Report it with the message and the stack.',
  },
} as const satisfies Record<string, { status: number; hint: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
