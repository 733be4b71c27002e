import { expect, test } from 'vitest';
import type { CopyTarget } from '../copy/format.js';
import { RowBuffer } from '../copy/row-buffer.js';
import { ACME, INSERT_ITEM, itemIds, type Opened } from './fixture.js';

const TABLE = 'create temporary table copied (amount integer, name text) on commit drop';
const TARGET: CopyTarget = { table: 'copied', columns: ['amount', 'name'] };

/** For providers that cannot COPY. */
export function noCopyTests(opened: Opened): void {
  test('says that it cannot copy', async () => {
    expect(await opened().transaction(ACME, async (tx) => tx.copyIn)).toBeUndefined();
  });
}

/** For providers that can. */
export function copyTests(opened: Opened): void {
  test('copies rows of several pieces into a table of the transaction, as the role of the tenant', async () => {
    const found = await opened().transaction(ACME, async (tx) => {
      await tx.execute(TABLE);
      expect(await tx.copyIn?.(TARGET, pieces([rows(0, 3), rows(3, 2)]))).toBe(5);
      return (await tx.query('select amount, name, current_user as who from copied order by amount')).rows;
    });
    expect(found).toHaveLength(5);
    expect(found[4]).toEqual({ amount: 4, name: 'name 4 – é', who: 'aquifer_app' });
  });

  test('copies no rows where there are none', async () => {
    const copied = opened().transaction(ACME, async (tx) => {
      await tx.execute(TABLE);
      return tx.copyIn?.(TARGET, pieces([]));
    });
    expect(await copied).toBe(0);
  });

  test('is not disturbed by statements that come while it copies', async () => {
    const counted = opened().transaction(ACME, async (tx) => {
      await tx.execute(TABLE);
      const copied = tx.copyIn?.(TARGET, pieces([rows(0, 1_000), rows(1_000, 1_000)]));
      const others = [tx.query('select 1'), tx.query('select 2'), tx.execute('select 3')];
      await Promise.all([copied, ...others]);
      return (await tx.query('select count(*)::integer as rows from copied')).rows;
    });
    expect(await counted).toEqual([{ rows: 2_000 }]);
  });

  test('copies more bytes than a stream holds at once', async () => {
    const sizes = await opened().transaction(ACME, async (tx) => {
      await tx.execute(TABLE);
      await tx.copyIn?.(
        TARGET,
        pieces(Array.from({ length: 40 }, (_, at) => rows(at, 1, 'x'.repeat(200_000)))),
      );
      return (await tx.query('select count(*)::integer as rows, min(length(name)) as length from copied'))
        .rows;
    });
    expect(sizes).toEqual([{ rows: 40, length: 200_000 }]);
  });

  test('a source that fails takes the copy along, and the transaction', async () => {
    async function* failing() {
      yield rows(0, 10);
      throw new RangeError('the source broke');
    }
    const copying = opened().transaction(ACME, async (tx) => {
      await tx.query(INSERT_ITEM, ['written before the copy']);
      await tx.execute(TABLE);
      await tx.copyIn?.(TARGET, failing());
    });
    await expect(copying).rejects.toThrow('the source broke');
    expect(await itemIds(opened(), ACME)).not.toContain('written before the copy');
  });

  test('tells what the database refused, and serves what comes next', async () => {
    const copy = (target: CopyTarget, piece: Uint8Array) =>
      opened().transaction(ACME, async (tx) => {
        await tx.execute(TABLE);
        await tx.copyIn?.(target, pieces([piece, rows(1, 100)]));
      });
    await expect(copy({ table: 'copied', columns: ['nothing'] }, rows(0, 1))).rejects.toMatchObject({
      facts: { sqlstate: '42703' },
    });
    await expect(copy(TARGET, Buffer.from([0, 9, 1, 2]))).rejects.toMatchObject({
      code: 'AQF_VALUE_INVALID',
    });
    await expect(copy({ table: 'copied"; drop table copied; --', columns: ['amount'] }, rows(0, 1)))
      .rejects //
      .toMatchObject({ facts: { sqlstate: '42P01' } });
    expect(await opened().isAvailable()).toBe(true);
  });

  test('does not get past row-level security', async () => {
    const items = { table: 'conformance.items', columns: ['tenant_id', 'id'] };
    const buffer = new RowBuffer();
    buffer.row(2);
    buffer.text('rival');
    buffer.text('smuggled');
    const copying = opened().transaction(ACME, async (tx) => tx.copyIn?.(items, pieces([buffer.take()])));
    await expect(copying).rejects.toMatchObject({ facts: { sqlstate: '0A000' } });
  });
}

function rows(from: number, amount: number, name?: string): Uint8Array {
  const buffer = new RowBuffer();
  for (let index = from; index < from + amount; index++) {
    buffer.row(2);
    buffer.integer(index);
    buffer.text(name ?? `name ${index} – é`);
  }
  return buffer.take();
}

async function* pieces(all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}
