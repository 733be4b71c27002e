import { describe, expect, test } from 'vitest';
import { tellingDelete } from './soft-delete.js';

describe('a DELETE of Prisma', () => {
  test('is made to tell which rows it met', () => {
    const where = `("public"."t"."id" = $1 AND "public"."t"."a RETURNING" = ' RETURNING ')`;
    expect(tellingDelete(`DELETE FROM "public"."t" WHERE ${where} RETURNING "public"."t"."id" AS "id"`)).toBe(
      `WITH "aq_met" AS MATERIALIZED (SELECT "public"."t"."id" AS "id" FROM "public"."t" WHERE ${where} FOR UPDATE), ` +
        `"aq_gone" AS (DELETE FROM "public"."t" WHERE ${where}) SELECT * FROM "aq_met"`,
    );
  });

  test('that returns nothing is made to be counted', () => {
    expect(tellingDelete('DELETE FROM "t" WHERE 1=1')).toContain('SELECT 1 AS "met" FROM "t" WHERE 1=1');
  });

  test('in another form stays as it is', () => {
    for (const sql of ['delete from t', 'DELETE FROM t', 'SELECT 1', 'DELETE FROM "t" USING "u" WHERE 1=1']) {
      expect(tellingDelete(sql), sql).toBeUndefined();
    }
  });

  test('of any length is read in time that grows with it alone', () => {
    const started = performance.now();
    tellingDelete(`DELETE FROM "t" WHERE ${'"a" = $1 AND '.repeat(50_000)}'`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
