import type { ParsedOptions } from './options.js';

interface Named {
  readonly name: string;
  readonly text: string;
}

const BARE: Named = {
  name: 'aquifer_search_bare',
  text: 'select aquifer.search($1::jsonb, $2::real[]::halfvec) as answer, null as windows',
};

/**
 * With the windows that are nearest to the question, for results in which no word of it stands (their headline has no
 * U+FDD0): what they are found by is somewhere in the chunk. Only vectors of several windows know where.
 */
const WITH_WINDOWS: Named = {
  name: 'aquifer_search',
  text: `
    with asked as materialized (select $1::jsonb as request, $2::real[]::halfvec as target),
    found as materialized (select aquifer.search(a.request, a.target) as answer from asked a)
    select f.answer, (
      select jsonb_agg(jsonb_build_object('chunkId', w.item_id, 'window', w.window_no, 'of', w.windows))
      from (
        select distinct on (v.item_id) v.item_id, v.window_no, v.windows
        from asked a
        cross join jsonb_array_elements(f.answer -> 'hits') as h (hit)
        join aquifer.vector_spaces s on s.tenant_id = (select aquifer.current_tenant()) and s.state = 'active' and s.windowed
          and s.collection_id is not null and s.model = a.request ->> 'model' and s.dimensions = vector_dims(a.target)
        cross join lateral (
          select x.item_id, x.window_no, x.embedding, count(*) over () as windows from aquifer.vectors x
          where x.tenant_id = s.tenant_id and x.space_id = s.id and x.item_id = (h.hit ->> 'chunkId')::integer
        ) v
        where position(U&'\\FDD0' in h.hit ->> 'headline') = 0
        order by v.item_id, v.embedding <=> a.target, v.window_no
      ) w
    ) as windows
    from found f`,
};

/** How the search function is asked. */
export function statementOf({ snippets }: ParsedOptions, hasVector: boolean): Named {
  return snippets && hasVector ? WITH_WINDOWS : BARE;
}
