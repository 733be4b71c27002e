const NAME = '"(?:[^"]|"")+"';
const PIECE = `[^"']|"(?:[^"]|"")*"|'(?:[^']|'')*'`;
const DELETE = new RegExp(
  `^DELETE FROM ((?:${NAME}\\.)?${NAME})( WHERE (?:${PIECE})*?)?(?: RETURNING ((?:${PIECE})+))?$`,
);

/**
 * A DELETE as Prisma writes it, so that it tells which rows it met. Soft delete is a trigger that marks the row and
 * cancels the DELETE, which then neither returns the row nor counts it; Prisma would say that there was none (P2025).
 * The rows are therefore locked and read in the same statement. On a table without soft delete it gives the same.
 * Undefined for any other statement.
 */
export function tellingDelete(sql: string): string | undefined {
  const [, table, where = '', returning] = DELETE.exec(sql) ?? [];
  if (table === undefined) return undefined;
  return `WITH "aq_met" AS MATERIALIZED (SELECT ${returning ?? '1 AS "met"'} FROM ${table}${where} FOR UPDATE), "aq_gone" AS (DELETE FROM ${table}${where}) SELECT * FROM "aq_met"`;
}
