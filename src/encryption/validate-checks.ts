import { CheckViolationError, OWNER, type RelationalProvider } from '../relational/index.js';
import { type EncryptedTable, quoted } from './encrypted-table.js';

/**
 * Has the database confirm that every value of these tables is encrypted, of whatever tenant, by validating the check
 * that adoption put on the columns. Resolves to the columns that still hold a value from before, as
 * `schema.table.column`. Reads the tables once, and lets others read and write meanwhile.
 */
export async function unencryptedColumns(
  database: RelationalProvider,
  tables: readonly EncryptedTable[],
): Promise<string[]> {
  const holding: string[] = [];
  for (const table of tables) {
    for (const column of table.encrypted) {
      if (!(await validates(database, table, column)))
        holding.push(`${table.schema}.${table.name}.${column}`);
    }
  }
  return holding;
}

async function validates(database: RelationalProvider, { schema, name }: EncryptedTable, column: string) {
  const constraint = quoted(`aquifer_encrypted_${column}`.slice(0, 63));
  const text = `alter table ${quoted(schema)}.${quoted(name)} validate constraint ${constraint}`;
  try {
    await database.query(OWNER, { text });
    return true;
  } catch (error) {
    if (error instanceof CheckViolationError) return false;
    throw error;
  }
}
