-- Samples of recall are taken while others search: each is to cost little.

-- How many of the truly nearest k the index of a space finds for some questions (end to end), by how wide it is searched,
-- and how many there were to find. It reads every vector once a question. A wider search is taken to find no less than a
-- narrower one, so that a question whose neighbours are all found is not asked more widely.
create or replace function aquifer.measured_recall(of_space integer, questions real[], k integer, widths integer[])
  returns table (ef integer, found integer, wanted integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, aquifer, public, pg_temp set jit = off set max_parallel_workers_per_gather = 0
  as $$
declare
  space aquifer.vector_spaces := aquifer.space_of(of_space);
  amount integer := cardinality(questions) / space.dimensions;
  found_in integer[] := array_fill(0, array[cardinality(widths)]);
  question halfvec;
  truth integer[];
  hits integer;
begin
  if space.id is null or space.index_state not like 'ready%' or amount = 0 then return; end if;
  for n in 0 .. amount - 1 loop
    question := questions[n * space.dimensions + 1 : (n + 1) * space.dimensions]::halfvec;
    truth := array(select x.item_id from aquifer.nearest_by(row('exact', null, 0)::aquifer.vector_route, space, question, k, null) x);
    hits := 0;
    for w in 1 .. cardinality(widths) loop
      if hits < cardinality(truth) then
        select greatest(hits, count(*)) into hits from aquifer.nearest_by(
          row(case space.index_state when 'ready' then 'index' else 'index-bits' end, widths[w], 0)::aquifer.vector_route,
          space, question, k, null) x
        where x.item_id = any (truth);
      end if;
      found_in[w] := found_in[w] + hits;
    end loop;
  end loop;
  return query select widths[w], found_in[w], amount * least(k, space.vectors)::integer
    from generate_subscripts(widths, 1) as w;
end $$;
