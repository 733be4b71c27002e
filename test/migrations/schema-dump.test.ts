import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dumpSchema } from '../../src/schema/index.js';
import { describeOnEachDatabase } from '../support/each-database.js';

const COMMITTED = readFileSync(new URL('../../sql/schema.sql', import.meta.url), 'utf8');
const REFRESH = 'sql/schema.sql is not what the migrations make. Write it anew: npm run schema:dump';

await describeOnEachDatabase('sql/schema.sql', (open) => {
  test('is the schema that the migrations make', async () => {
    const { provider, dispose } = await open();
    try {
      expect(await dumpSchema(provider), REFRESH).toBe(COMMITTED);
    } finally {
      await dispose();
    }
  });

  test('shows a change by hand', async () => {
    const { provider, dispose } = await open();
    try {
      const tampered = provider.transaction({ kind: 'owner' }, (tx) =>
        tx.execute('alter table aquifer.documents disable row level security'),
      );
      await tampered;
      expect(await dumpSchema(provider)).not.toContain(
        'alter table aquifer.documents enable row level security',
      );
    } finally {
      await dispose();
    }
  });
});
