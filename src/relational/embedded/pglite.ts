import { PGlite } from '@electric-sql/pglite';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { vector } from '@electric-sql/pglite-pgvector';

const REAL_ARRAY_OID = 1021;

/** PGlite binds bytes in binary form once its own serializer, which would write them as text, is set aside. */
const serializers = { [REAL_ARRAY_OID]: (value: unknown) => value as string };

/** Opens the database in a folder, making it there when the folder does not exist. */
export function openPglite(folder: string): Promise<PGlite> {
  return PGlite.create({ dataDir: folder, extensions: { vector, citext, pg_trgm, unaccent }, serializers });
}
