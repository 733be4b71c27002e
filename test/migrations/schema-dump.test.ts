import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OWNER } from '../../src/relational/index.js';
import { dumpSchema } from '../../src/schema/index.js';
import { describeOnEachDatabase } from '../support/each-database.js';

const COMMITTED = readFileSync(new URL('../../sql/schema.sql', import.meta.url), 'utf8');
const REFRESH = 'sql/schema.sql is not what the migrations make. Write it anew: npm run schema:dump';

const BY_HAND = [
  'alter table aquifer.documents disable row level security',
  'alter table aquifer.documents alter title drop not null',
  `alter table aquifer.documents alter language set default 'de'`,
  'alter table aquifer.documents alter format type text collate "C"',
  'alter table aquifer.documents add constraint short check (length(title) < 100) not valid',
  'create index by_title on aquifer.documents (title)',
  'alter policy tenant_isolation on aquifer.documents to aquifer_app',
  'alter policy tenant_isolation on aquifer.documents using (true)',
  'alter table aquifer.chunks disable trigger refuse_edit',
  'grant truncate on aquifer.documents to aquifer_app',
  'revoke insert on aquifer.documents from aquifer_app',
  'revoke usage on sequence aquifer.change_ids from aquifer_system',
  'create or replace view aquifer.history as select tenant_id, entity, row_id, revision, at, operation, changed, before, row, actor_id, id from aquifer.changes',
  'alter function aquifer.current_actor() volatile',
  'grant execute on function aquifer.audit_system to public',
  'alter function aquifer.audit_log owner to current_user',
  'alter domain aquifer.tenant_id drop constraint tenant_id_length',
  'alter text search configuration aquifer.english drop mapping for word',
  `create type aquifer.mood as enum ('good')`,
  'create schema other; alter function aquifer.current_actor() set schema other',
] as const;

await describeOnEachDatabase('sql/schema.sql', (open) => {
  test('is the schema that the migrations make', async () => {
    const { provider, dispose } = await open();
    try {
      expect(await dumpSchema(provider), REFRESH).toBe(COMMITTED);
    } finally {
      await dispose();
    }
  });

  test('shows whatever is changed by hand', async () => {
    const { provider, dispose } = await open();
    try {
      let before = await dumpSchema(provider);
      for (const sql of BY_HAND) {
        await provider.transaction(OWNER, (tx) => tx.execute(sql));
        const after = await dumpSchema(provider);
        expect(after === before, `nothing seen of: ${sql}`).toBe(false);
        before = after;
      }
    } finally {
      await dispose();
    }
  });
});
