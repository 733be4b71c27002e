import { expect } from 'vitest';
import type { Transaction } from '../../src/relational/index.js';

/** What postings must say, read from the entries they were folded from. */
const EXPECTED = `
  select language, lexeme, entry.item_id, cardinality(positions)::smallint as frequency, entry.length
  from aquifer.lexical_entries entry
  join aquifer.lexical_statistics using (tenant_id, collection_id)
  cross join lateral unnest(lexemes)
  where entry.tenant_id = aquifer.current_tenant() and item_id <= folded_to`;
const ACTUAL = `
  select language, lexeme, item.item_id, item.frequency, item.length
  from aquifer.lexical_postings, unnest(item_ids, frequencies, lengths) as item (item_id, frequency, length)
  where tenant_id = aquifer.current_tenant()`;
const DIFFERENCES = `
  (select 'missing' as what, * from (${EXPECTED} except all ${ACTUAL}) as missing limit 10)
  union all
  (select 'too many' as what, * from (${ACTUAL} except all ${EXPECTED}) as extra limit 10)`;
const STATISTICS = `
  select s.entries, s.total_length::integer as "totalLength",
         (select count(*)::integer from aquifer.lexical_entries where tenant_id = s.tenant_id and collection_id = s.collection_id) as "realEntries",
         (select coalesce(sum(length), 0)::integer from aquifer.lexical_entries where tenant_id = s.tenant_id and collection_id = s.collection_id) as "realLength",
         (select count(*)::integer from aquifer.lexical_entries where tenant_id = s.tenant_id and collection_id = s.collection_id and item_id > s.folded_to) as pending,
         (select coalesce(sum(entries), 0)::integer from aquifer.lexical_blocks where tenant_id = s.tenant_id and collection_id = s.collection_id) as folded,
         (select coalesce(sum(holders), 0)::integer from aquifer.lexical_postings where tenant_id = s.tenant_id and collection_id = s.collection_id) as holders,
         (select coalesce(sum(cardinality(item_ids)), 0)::integer from aquifer.lexical_postings where tenant_id = s.tenant_id and collection_id = s.collection_id) as held,
         (select count(*)::integer from aquifer.lexical_blocks where tenant_id = s.tenant_id and collection_id = s.collection_id) as blocks
  from aquifer.lexical_statistics s where s.tenant_id = aquifer.current_tenant()`;

/** The lexical index of a tenant says what its entries say, no more and no less. */
export async function expectConsistentIndex(tx: Transaction): Promise<{ blocks: number }> {
  const [statistics] = (await tx.query<Record<string, number>>(STATISTICS)).rows;
  if (!statistics) return { blocks: 0 };
  const {
    entries,
    totalLength,
    realEntries,
    realLength,
    pending = 0,
    folded = 0,
    blocks = 0,
    holders,
    held,
  } = statistics;
  expect({ entries, totalLength }).toEqual({ entries: realEntries, totalLength: realLength });
  expect(pending + folded).toBe(realEntries);
  expect(pending).toBeLessThan(32);
  expect(holders).toBe(held);
  expect((await tx.query(DIFFERENCES)).rows).toEqual([]);
  return { blocks };
}
