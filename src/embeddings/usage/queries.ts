import type { Statement } from '../../relational/index.js';

/** In the order of the keys, so that two processes that add to the same accounts do not deadlock. $1 accounts */
export const ADD: Pick<Statement, 'name' | 'text'> = {
  name: 'aq_embedding_usage_add',
  text: `
  insert into aquifer.embedding_usage as u (tenant_id, day, model, requests, texts, tokens, cost)
  select a.tenant_id, a.day, a.model, a.requests, a.texts, a.tokens, a.cost
  from jsonb_to_recordset($1::jsonb)
    as a (tenant_id text, day date, model text, requests bigint, texts bigint, tokens bigint, cost numeric)
  order by a.tenant_id, a.day, a.model collate "C"
  on conflict (tenant_id, day, model) do update
    set requests = u.requests + excluded.requests, texts = u.texts + excluded.texts,
        tokens = u.tokens + excluded.tokens, cost = u.cost + excluded.cost`,
};

/** $1 first day, $2 last day or null */
export const READ: Pick<Statement, 'name' | 'text'> = {
  name: 'aq_embedding_usage_read',
  text: `
  select tenant_id as "tenantId", to_char(day, 'YYYY-MM-DD') as day, model, requests::float8 as requests,
         texts::float8 as texts, tokens::float8 as tokens, cost::float8 as cost
  from aquifer.embedding_usage
  where day >= $1::date and ($2::date is null or day <= $2::date)
  order by day, tenant_id, model`,
};
