import { OWNER, type RelationalProvider, type Transaction } from '../../relational/index.js';
import { SECTIONS } from './queries.js';

interface CatalogueRow extends Record<string, unknown> {
  readonly name: string;
  readonly text: string;
}

const HEAD = `-- The schema that all migrations together make, as PostgreSQL's catalogue tells it: to read, and to see in a
-- review what a migration changes. Not a script: objects are in the order of their names.
-- Written by: npm run schema:dump
`;

/**
 * A schema as normalised text: the same from every PostgreSQL that has the same objects, whatever its version
 * and whoever owns it.
 */
export function dumpSchema(provider: RelationalProvider, schema = 'aquifer'): Promise<string> {
  return provider.transaction(
    OWNER,
    async (tx) => {
      // Names outside the path are written with their schema, in expressions too.
      await tx.query(`select set_config('search_path', 'pg_catalog', true)`);
      const parts = [];
      for (const [title, sql] of Object.entries(SECTIONS)) parts.push(await section(tx, title, sql, schema));
      return [HEAD, ...parts.filter((part) => part !== '')].join('\n');
    },
    { access: 'read' },
  );
}

async function section(tx: Transaction, title: string, sql: string, schema: string): Promise<string> {
  const { rows } = await tx.query<CatalogueRow>(sql, [schema]);
  if (rows.length === 0) return '';
  const texts = rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ text }) => trimLines(text));
  return `-- ${title}\n\n${texts.join(title === 'extensions' ? '\n' : '\n\n')}\n`;
}

/** PostgreSQL leaves spaces at the ends of lines, and not every version the same. */
function trimLines(text: string): string {
  return text.replace(/[ \t]+$/gm, '');
}
