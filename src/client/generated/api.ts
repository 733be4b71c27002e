// Written by scripts/generate-client.mjs from the OpenAPI document. Not to be edited.

export type Problem = { type: string; title: string; status: number; detail: string; code: string; hint: string; instance: string; errors?: readonly ({ path: string; message: string })[] | undefined };

/** Every route: what it takes, and what it answers. */
export interface Routes {
  /** Who asks, as the credential tells. */
  "GET /api/session": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: { tenantId: string; actorId: string; roles: readonly (string)[]; permissions: readonly (string)[]; expiresAt: string | null };
  };
  /** What is stored, how each part is, and what was asked of this server in the last 15 minutes. */
  "GET /api/overview": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: { stored: { documents: number; chunks: number; collections: number; files: number; bytes: number; entities: readonly ({ name: string; rows: number })[] }; health: readonly ({ part: string; status: "up" | "down" | "off"; ms: number | null; detail: string | null })[]; traffic: { seconds: number; points: readonly ({ at: string; requests: number; errors: number; p50Ms: number; p95Ms: number })[] }; backlog: { waiting: number; failed: number; oldestMs: number }; cache: readonly ({ tier: string; hits: number; misses: number; entries: number | null; bytes: number | null })[] };
  };
  /** Ranks passages of documents for a question. */
  "POST /api/search": {
    params: undefined;
    query: undefined;
    body: { question: string; mode?: "lexical" | "semantic" | "hybrid" | undefined; limit?: number | undefined; filter?: { [name: string]: unknown } | undefined; collections?: readonly (string)[] | undefined; languages?: readonly (string)[] | undefined; prefix?: boolean | undefined; fuzzy?: boolean | undefined; fusion?: "convex" | "rrf" | undefined; recall?: number | undefined; perDocument?: number | undefined; neighbours?: number | undefined; recency?: { halfLifeDays: number; weight: number } | undefined; facets?: readonly (string)[] | undefined; diversity?: { lambda: number; depth?: number | undefined } | undefined; snippets?: boolean | undefined; explain?: boolean | undefined };
    answer: { results: readonly ({ ordinal: number; start: number; end: number; content: string; documentId: string; collection: string; source: string; title: string; metadata: { [name: string]: unknown }; language: string; page: number | null; headingPath: readonly (string)[]; snippet: { text: string; marks: readonly (readonly [number, number])[] }; score: number; scores: { lexical: number | null; semantic: number | null; rerank?: number | undefined }; neighbours?: readonly ({ ordinal: number; start: number; end: number; content: string })[] | undefined })[]; short?: string | undefined; facets?: { [name: string]: readonly ({ value: unknown; documents: number })[] } | undefined; explain?: { [name: string]: unknown } | undefined };
  };
  /** Makes one cited text of what is found, for a language model to answer from. */
  "POST /api/retrieve": {
    params: undefined;
    query: undefined;
    body: { question: string; budget?: number | undefined; mode?: "lexical" | "semantic" | "hybrid" | undefined; limit?: number | undefined; filter?: { [name: string]: unknown } | undefined; collections?: readonly (string)[] | undefined; languages?: readonly (string)[] | undefined; order?: "score" | "document" | undefined; neighbours?: number | undefined; minScore?: number | undefined };
    answer: { text: string; tokens: number; citations: readonly ({ number: number; documentId: string; source: string; title: string; content: string; start: number; end: number; page: number | null; headingPath: readonly (string)[]; score: number; ordinals: readonly (number)[]; alsoIn: readonly ({ documentId: string; source: string })[]; truncated: boolean })[]; omitted: number };
  };
  /** The collections that may be read. */
  "GET /api/collections": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: { items: readonly ({ name: string; language: string; chunking: { maxTokens?: number | undefined; overlapTokens?: number | undefined }; model: string | null; retentionDays: number | null; readers: readonly (string)[] | null; writers: readonly (string)[] | null; documents: number; createdAt: string; updatedAt: string })[]; next: string | null };
  };
  /** Makes a collection. */
  "POST /api/collections": {
    params: undefined;
    query: undefined;
    body: { language?: string | undefined; chunking?: { maxTokens?: number | undefined; overlapTokens?: number | undefined } | undefined; retentionDays?: number | null | undefined; readers?: readonly (string)[] | null | undefined; writers?: readonly (string)[] | null | undefined; name: string; model?: string | null | undefined };
    answer: { name: string; language: string; chunking: { maxTokens?: number | undefined; overlapTokens?: number | undefined }; model: string | null; retentionDays: number | null; readers: readonly (string)[] | null; writers: readonly (string)[] | null; documents: number; createdAt: string; updatedAt: string };
  };
  /** One collection. */
  "GET /api/collections/{name}": {
    params: { name: string };
    query: undefined;
    body: undefined;
    answer: { name: string; language: string; chunking: { maxTokens?: number | undefined; overlapTokens?: number | undefined }; model: string | null; retentionDays: number | null; readers: readonly (string)[] | null; writers: readonly (string)[] | null; documents: number; createdAt: string; updatedAt: string };
  };
  /** Changes a collection; language and chunking hold for what is added from then on. */
  "PATCH /api/collections/{name}": {
    params: { name: string };
    query: undefined;
    body: { language?: string | undefined; chunking?: { maxTokens?: number | undefined; overlapTokens?: number | undefined } | undefined; retentionDays?: number | null | undefined; readers?: readonly (string)[] | null | undefined; writers?: readonly (string)[] | null | undefined };
    answer: { name: string; language: string; chunking: { maxTokens?: number | undefined; overlapTokens?: number | undefined }; model: string | null; retentionDays: number | null; readers: readonly (string)[] | null; writers: readonly (string)[] | null; documents: number; createdAt: string; updatedAt: string };
  };
  /** Removes a collection with its documents. */
  "DELETE /api/collections/{name}": {
    params: { name: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Lists documents in the order of their sources. */
  "GET /api/documents": {
    params: undefined;
    query: { limit?: number | undefined; after?: string | undefined; collection?: string | undefined; deleted?: "true" | "false" | undefined };
    body: undefined;
    answer: { items: readonly ({ id: string; source: string; title: string; format: string; language: string; metadata: { [name: string]: unknown }; chunks: number; bytes: number; createdAt: string; updatedAt: string; createdBy: string | null; updatedBy: string | null; hasOriginal: boolean; embedding: "current" | "waiting" | "failed"; deletedAt: string | null })[]; next: string | null };
  };
  /** Stores a text at once, or takes files that become documents. */
  "POST /api/documents": {
    params: undefined;
    query: undefined;
    body: { source: string; text: string; title?: string | undefined; metadata?: { [name: string]: unknown } | undefined; collection?: string | undefined; language?: string | undefined } | FormData;
    answer: { status: "added" | "updated" | "unchanged"; documentId: string; source: string; title: string; chunks: { total: number; added: number; removed: number } } | { uploads: readonly ({ id: string; fileName: string; source: string; collection: string; bytes: number; status: "queued" | "processing" | "stored" | "failed"; documentId: string | null; error: { code: string; message: string; hint: string } | null; createdAt: string; finishedAt: string | null })[] };
  };
  /** One document, without its text; also one in the trash. */
  "GET /api/documents/{id}": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: { id: string; source: string; title: string; format: string; language: string; metadata: { [name: string]: unknown }; chunks: number; bytes: number; createdAt: string; updatedAt: string; createdBy: string | null; updatedBy: string | null; hasOriginal: boolean; embedding: "current" | "waiting" | "failed"; deletedAt: string | null };
  };
  /** Puts a document into the trash. */
  "DELETE /api/documents/{id}": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Takes a document out of the trash. */
  "POST /api/documents/{id}/restore": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: { id: string; source: string; title: string; format: string; language: string; metadata: { [name: string]: unknown }; chunks: number; bytes: number; createdAt: string; updatedAt: string; createdBy: string | null; updatedBy: string | null; hasOriginal: boolean; embedding: "current" | "waiting" | "failed"; deletedAt: string | null };
  };
  /** The whole text of a document; the offsets of chunks slice it. */
  "GET /api/documents/{id}/text": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: { content: string };
  };
  /** The chunks of a document in order. */
  "GET /api/documents/{id}/chunks": {
    params: { id: string };
    query: { limit?: number | undefined; after?: number | undefined };
    body: undefined;
    answer: { items: readonly ({ ordinal: number; content: string; start: number; end: number; tokens: number; page: number | null; lastPage: number | null; headingPath: readonly (string)[] })[]; next: string | null };
  };
  /** The file that a document was made from, as it came. */
  "GET /api/documents/{id}/original": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: Blob;
  };
  /** Has the vectors of a document made anew; until then it is found by its words. */
  "POST /api/documents/{id}/reembed": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: { documentId: string };
  };
  /** What became of a document, the newest first. */
  "GET /api/documents/{id}/history": {
    params: { id: string };
    query: { limit?: number | undefined; after?: string | undefined };
    body: undefined;
    answer: { items: readonly ({ id: string; at: string; entity: string; rowId: string; operation: "insert" | "update" | "delete" | "restore" | "purge" | "log"; action: string; result: string; revision: number | null; changed: readonly (string)[] | null; before: { [name: string]: unknown } | null; row: { [name: string]: unknown } | null; actorId: string | null; roles: readonly (string)[] | null; requestId: string | null; ip: string | null; userAgent: string | null; details: unknown; position: string })[]; next: string | null };
  };
  /** Files on their way to being documents, the newest first. */
  "GET /api/uploads": {
    params: undefined;
    query: { limit?: number | undefined; after?: string | undefined; status?: "queued" | "processing" | "stored" | "failed" | undefined };
    body: undefined;
    answer: { items: readonly ({ id: string; fileName: string; source: string; collection: string; bytes: number; status: "queued" | "processing" | "stored" | "failed"; documentId: string | null; error: { code: string; message: string; hint: string } | null; createdAt: string; finishedAt: string | null })[]; next: string | null };
  };
  /** How far an upload is. */
  "GET /api/uploads/{id}": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: { id: string; fileName: string; source: string; collection: string; bytes: number; status: "queued" | "processing" | "stored" | "failed"; documentId: string | null; error: { code: string; message: string; hint: string } | null; createdAt: string; finishedAt: string | null };
  };
  /** Forgets an upload; the file of one that is no document goes with it. */
  "DELETE /api/uploads/{id}": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** The entities that this credential may reach, with their fields. */
  "GET /api/entities": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: { items: readonly ({ name: string; key: readonly (string)[]; fields: readonly ({ name: string; type: string; nullable: boolean; generated: boolean; encrypted: boolean; required: boolean; values?: readonly (string)[] | undefined })[]; traits: readonly (string)[]; actions: readonly ("read" | "create" | "update" | "delete")[] })[]; next: string | null };
  };
  /** Lists rows by filter and order. */
  "GET /api/entities/{entity}": {
    params: { entity: string };
    query: { limit?: number | undefined; after?: string | undefined; filter?: string | undefined; order?: string | undefined; deleted?: "true" | "false" | undefined };
    body: undefined;
    answer: { items: readonly ({ [name: string]: unknown })[]; next: string | null };
  };
  /** Creates a row. */
  "POST /api/entities/{entity}": {
    params: { entity: string };
    query: undefined;
    body: { [name: string]: unknown };
    answer: { [name: string]: unknown };
  };
  /** One row; its ETag is its revision. */
  "GET /api/entities/{entity}/{id}": {
    params: { entity: string; id: string };
    query: { deleted?: "true" | "false" | undefined };
    body: undefined;
    answer: { [name: string]: unknown };
  };
  /** Changes fields of a row; with If-Match only at that revision. */
  "PATCH /api/entities/{entity}/{id}": {
    params: { entity: string; id: string };
    query: undefined;
    body: { [name: string]: unknown };
    answer: { [name: string]: unknown };
  };
  /** Deletes a row, softly where the entity has that trait; with If-Match only at that revision. */
  "DELETE /api/entities/{entity}/{id}": {
    params: { entity: string; id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Brings a soft-deleted row back. */
  "POST /api/entities/{entity}/{id}/restore": {
    params: { entity: string; id: string };
    query: undefined;
    body: undefined;
    answer: { [name: string]: unknown };
  };
  /** Ranks rows of a searchable entity for a question. */
  "POST /api/entities/{entity}/search": {
    params: { entity: string };
    query: undefined;
    body: { question: string; mode?: "lexical" | "semantic" | "hybrid" | undefined; filter?: { [name: string]: unknown } | undefined; limit?: number | undefined; languages?: readonly (string)[] | undefined; prefix?: boolean | undefined; fuzzy?: boolean | undefined };
    answer: { results: readonly ({ row: { [name: string]: unknown }; score: number; scores: { lexical: number | null; semantic: number | null } })[] };
  };
  /** The revisions of a row, the newest first; of deleted rows too. */
  "GET /api/entities/{entity}/{id}/history": {
    params: { entity: string; id: string };
    query: { before?: number | undefined; limit?: number | undefined };
    body: undefined;
    answer: { items: readonly ({ revision: number; at: string; operation: "insert" | "update" | "delete" | "restore" | "purge"; changed: readonly (string)[] | null; row: { [name: string]: unknown }; actorId: string | null })[]; next: string | null };
  };
  /** What differs between two revisions. */
  "GET /api/entities/{entity}/{id}/diff": {
    params: { entity: string; id: string };
    query: { from: number; to: number };
    body: undefined;
    answer: { differences: readonly ({ field: string; from: unknown; to: unknown })[] };
  };
  /** Writes an earlier revision back, as a new one; a deleted row comes back with it. */
  "POST /api/entities/{entity}/{id}/revert": {
    params: { entity: string; id: string };
    query: undefined;
    body: { revision: number };
    answer: { [name: string]: unknown };
  };
  /** The branches of a row. */
  "GET /api/entities/{entity}/{id}/branches": {
    params: { entity: string; id: string };
    query: undefined;
    body: undefined;
    answer: { items: readonly ({ name: string; state: "open" | "merged" | "abandoned"; baseRevision: number; mergedRevision: number | null; createdAt: string; createdBy: string | null })[]; next: string | null };
  };
  /** Begins a branch at the row as it is now. */
  "POST /api/entities/{entity}/{id}/branches": {
    params: { entity: string; id: string };
    query: undefined;
    body: { name: string };
    answer: { name: string; state: "open" | "merged" | "abandoned"; baseRevision: number; mergedRevision: number | null; createdAt: string; createdBy: string | null; row: { [name: string]: unknown }; revisions: readonly ({ number: number; row: { [name: string]: unknown }; changed: readonly (string)[]; at: string; actorId: string | null })[]; differences: readonly ({ field: string; from: unknown; to: unknown })[] };
  };
  /** The row as a branch has it, and the revisions of the branch. */
  "GET /api/entities/{entity}/{id}/branches/{branch}": {
    params: { entity: string; id: string; branch: string };
    query: undefined;
    body: undefined;
    answer: { name: string; state: "open" | "merged" | "abandoned"; baseRevision: number; mergedRevision: number | null; createdAt: string; createdBy: string | null; row: { [name: string]: unknown }; revisions: readonly ({ number: number; row: { [name: string]: unknown }; changed: readonly (string)[]; at: string; actorId: string | null })[]; differences: readonly ({ field: string; from: unknown; to: unknown })[] };
  };
  /** Changes fields on a branch. */
  "PATCH /api/entities/{entity}/{id}/branches/{branch}": {
    params: { entity: string; id: string; branch: string };
    query: undefined;
    body: { [name: string]: unknown };
    answer: { name: string; state: "open" | "merged" | "abandoned"; baseRevision: number; mergedRevision: number | null; createdAt: string; createdBy: string | null; row: { [name: string]: unknown }; revisions: readonly ({ number: number; row: { [name: string]: unknown }; changed: readonly (string)[]; at: string; actorId: string | null })[]; differences: readonly ({ field: string; from: unknown; to: unknown })[] };
  };
  /** Abandons a branch; its revisions stay. */
  "DELETE /api/entities/{entity}/{id}/branches/{branch}": {
    params: { entity: string; id: string; branch: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** Merges a branch into its row, or tells where both changed the same field. */
  "POST /api/entities/{entity}/{id}/branches/{branch}/merge": {
    params: { entity: string; id: string; branch: string };
    query: undefined;
    body: { resolutions?: { [name: string]: "row" | "branch" | { value: unknown } } | undefined } | undefined;
    answer: { status: "merged"; revision: number; changed: readonly (string)[] } | { status: "conflicts"; conflicts: readonly ({ field: string; base: unknown; row: unknown; branch: unknown })[] };
  };
  /** Who did what, the newest first. */
  "GET /api/audit": {
    params: undefined;
    query: { limit?: number | undefined; after?: string | undefined; entity?: string | undefined; rowId?: string | undefined; actorId?: string | undefined; action?: string | undefined; requestId?: string | undefined; since?: string | undefined; until?: string | undefined };
    body: undefined;
    answer: { items: readonly ({ id: string; at: string; entity: string; rowId: string; operation: "insert" | "update" | "delete" | "restore" | "purge" | "log"; action: string; result: string; revision: number | null; changed: readonly (string)[] | null; before: { [name: string]: unknown } | null; row: { [name: string]: unknown } | null; actorId: string | null; roles: readonly (string)[] | null; requestId: string | null; ip: string | null; userAgent: string | null; details: unknown; position: string })[]; next: string | null };
  };
  /** Checks the chain of records, and whether its end is the one that was seen before. */
  "POST /api/audit/verify": {
    params: undefined;
    query: undefined;
    body: { anchor?: { seq: string; digest: string } | undefined } | undefined;
    answer: { intact: boolean; problems: readonly ({ problem: string; seq: string | null; recordId: string | null })[]; sealed: number; anchor: { seq: string; digest: string } | null };
  };
  /** What embedding took by day and model, and what is stored. */
  "GET /api/usage": {
    params: undefined;
    query: { from?: string | undefined; to?: string | undefined };
    body: undefined;
    answer: { days: readonly ({ day: string; model: string; requests: number; texts: number; tokens: number; cost: number })[]; storage: { documents: number; chunks: number; files: number; bytes: number } };
  };
  /** What of the tenant waits to be embedded, and what could not be. */
  "GET /api/jobs": {
    params: undefined;
    query: { limit?: number | undefined; after?: string | undefined };
    body: undefined;
    answer: { backlog: { waiting: number; failed: number; oldestMs: number }; queue: { place: "postgres" | "redis"; worker: boolean }; failures: { items: readonly ({ documentId: string; source: string; attempts: number; code: string; reason: string; failedAt: string; retryAt: string; dead: boolean })[]; next: string | null } };
  };
  /** Tries documents that failed again, at once: those named, or all of the tenant. */
  "POST /api/jobs/retry": {
    params: undefined;
    query: undefined;
    body: { documents?: readonly (string)[] | undefined } | undefined;
    answer: { requeued: number };
  };
  /** The tenant of the credential. */
  "GET /api/tenant": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: { id: string; name: string; createdAt: string | null; suspendedAt: string | null };
  };
  /** The API keys of the tenant, those that ended too. */
  "GET /api/keys": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: { items: readonly ({ id: string; name: string; roles: readonly (string)[]; permissions: readonly (string)[]; createdAt: string; createdBy: string | null; expiresAt: string | null; revokedAt: string | null; lastUsedAt: string | null; rotatedFrom: string | null })[]; next: string | null };
  };
  /** Makes a key that allows no more than this credential. */
  "POST /api/keys": {
    params: undefined;
    query: undefined;
    body: { name: string; roles?: readonly (string)[] | undefined; permissions?: readonly (string)[] | undefined; expiresAt?: string | undefined };
    answer: { id: string; name: string; roles: readonly (string)[]; permissions: readonly (string)[]; createdAt: string; createdBy: string | null; expiresAt: string | null; revokedAt: string | null; lastUsedAt: string | null; rotatedFrom: string | null; key: string };
  };
  /** Makes a key that allows the same; the old one goes on for the grace. */
  "POST /api/keys/{id}/rotate": {
    params: { id: string };
    query: undefined;
    body: { graceHours?: number | undefined } | undefined;
    answer: { id: string; name: string; roles: readonly (string)[]; permissions: readonly (string)[]; createdAt: string; createdBy: string | null; expiresAt: string | null; revokedAt: string | null; lastUsedAt: string | null; rotatedFrom: string | null; key: string };
  };
  /** Ends a key at once. */
  "DELETE /api/keys/{id}": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  /** How this installation works: connections, slow statements, replicas, caches, outbox, indexes. */
  "GET /api/operations": {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: { pool: { total: number; idle: number; waiting: number; max: number } | null; slowQueries: readonly ({ id: string; at: string; ms: number; statement: string; rows: number | null; requestId: string | null })[]; replicas: readonly ({ name: string; status: string; lagMs: number | null })[]; cache: readonly ({ tier: string; hits: number; misses: number; entries: number | null; bytes: number | null })[]; outbox: readonly ({ subscriber: string; waiting: number; oldestMs: number })[]; indexes: readonly ({ name: string; table: string; bytes: number; scans: number })[]; jobs: { place: "postgres" | "redis"; worker: boolean } };
  };
  /** How the database would carry out a slow statement, whatever its values; it is not run. */
  "GET /api/operations/slow-queries/{id}/plan": {
    params: { id: string };
    query: undefined;
    body: undefined;
    answer: { plan: readonly (string)[] };
  };
}

/** Writes by their method that only read. */
export const READS: readonly string[] = ["POST /api/search","POST /api/retrieve","POST /api/entities/{entity}/search","POST /api/audit/verify"];
