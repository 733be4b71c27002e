-- Filters on metadata: a canonical filter (src/filters/canonical.ts) as an SQL condition. Keys and values stay in the
-- bound parameter and are read from it by paths of numbers, so that nothing a user wrote becomes a part of a statement.
-- All of it is immutable: with a parameter whose value is known the planner sees constants.

-- What an object holds that has this value, or a list with it, under a key; one for each value and way. With @> any of
-- them an index on the metadata (gin, jsonb_path_ops) finds the rows.
create function aquifer.filter_probes(key text, elements jsonb) returns jsonb[]
  language sql immutable
  begin atomic
    select coalesce(array_agg(p.probe), '{}')
    from jsonb_array_elements(elements) e(element),
      lateral (values (jsonb_build_object(key, e.element)),
                      (jsonb_build_object(key, jsonb_build_array(e.element)))) p(probe);
  end;
revoke execute on function aquifer.filter_probes from public;
grant execute on function aquifer.filter_probes to aquifer_app, aquifer_system;

create function aquifer.filter_values(elements jsonb) returns jsonb[]
  language sql immutable
  begin atomic
    select coalesce(array_agg(e.element), '{}') from jsonb_array_elements(elements) e(element);
  end;
revoke execute on function aquifer.filter_values from public;
grant execute on function aquifer.filter_values to aquifer_app, aquifer_system;

-- The condition of one node. `place` leads to it within the filter that is bound; `subject` is an SQL expression of ours.
create function aquifer.filter_node(node jsonb, place text, subject text, parameter text) returns text
  language plpgsql immutable
  as $$
declare
  op text := node ->> 'op';
  args text[];
  -- This node in the parameter, its key and its value.
  itself text := format('(%s #> ''{%s}'')', parameter, place);
  key text := format('(%s #>> ''{%s}'')', parameter, concat_ws(',', nullif(place, ''), 'key'));
  value text := format('(%s #> ''{%s}'')', parameter, concat_ws(',', nullif(place, ''), 'value'));
  value_text text := format('(%s #>> ''{%s}'')', parameter, concat_ws(',', nullif(place, ''), 'value'));
  -- What a row has under the key.
  found text := format('(%s -> %s)', subject, key);
  found_text text := format('(%s ->> %s)', subject, key);
  comparison text := case op when 'gt' then '>' when 'gte' then '>=' when 'lt' then '<' when 'lte' then '<=' end;
begin
  if op in ('and', 'or', 'not') then
    select array_agg(aquifer.filter_node(a.arg, concat_ws(',', nullif(place, ''), 'args', a.ordinal - 1), subject, parameter)
                     order by a.ordinal)
    into args
    from jsonb_array_elements(node -> 'args') with ordinality a(arg, ordinal);
    if op <> 'not' then
      return coalesce('(' || array_to_string(args, format(' %s ', op)) || ')',
                      case op when 'and' then 'true' else 'false' end);
    elsif cardinality(args) = 1 then
      return format('(not %s)', args[1]);
    end if;
  elsif op = 'in' and jsonb_array_length(node -> 'value') <= 16 then
    return format('(%s @> any (aquifer.filter_probes(%s, %s)))', subject, key, value);
  elsif op = 'in' then
    -- Of so many values, equality is looked up in a hash table, containment in one after the other.
    return format($sql$(case jsonb_typeof(%1$s)
      when 'array' then exists (select from jsonb_array_elements(%1$s) e(element)
                                where e.element = any (aquifer.filter_values(%2$s)))
      else coalesce(%1$s = any (aquifer.filter_values(%2$s)), false) end)$sql$, found, value);
  elsif op = 'exists' then
    return format('(coalesce(jsonb_typeof(%s), ''null'') <> ''null'')', found);
  elsif op = 'contains' then
    return format($sql$(case jsonb_typeof(%1$s)
      when 'string' then strpos(%2$s collate "C", %3$s) > 0
      when 'array' then %1$s ? %3$s
      else false end)$sql$, found, found_text, value_text);
  elsif comparison is not null and jsonb_typeof(node -> 'value') = 'number' then
    return format($sql$(case jsonb_typeof(%1$s)
      when 'number' then %1$s %2$s %3$s
      when 'array' then jsonb_path_exists(%1$s, 'strict $[*] ? (@ %2$s $value)', %4$s)
      else false end)$sql$, found, comparison, value, itself);
  elsif comparison is not null and jsonb_typeof(node -> 'value') = 'string' then
    return format($sql$(case jsonb_typeof(%1$s)
      when 'string' then %5$s collate "C" %2$s %3$s
      when 'array' then jsonb_path_exists(%1$s, 'strict $[*] ? (@ %2$s $value)', %4$s)
      else false end)$sql$, found, comparison, value_text, itself, found_text);
  end if;
  raise exception 'this is no canonical filter' using errcode = 'invalid_parameter_value';
end $$;
revoke execute on function aquifer.filter_node from public;
grant execute on function aquifer.filter_node to aquifer_app, aquifer_system;

-- A condition over `subject`, an SQL expression of type jsonb that is never null and holds an object: true or false,
-- never null. The filter must be bound as the parameter of this number where the condition is executed.
create function aquifer.filter_condition(filter jsonb, subject text, parameter integer default 1) returns text
  language sql immutable
  return aquifer.filter_node(filter, '', subject, '$' || parameter::text);
revoke execute on function aquifer.filter_condition from public;
grant execute on function aquifer.filter_condition to aquifer_app, aquifer_system;

-- What an indexing run of a library (src/adapters) has seen: a key in the vectors, the source it is from, and when it
-- was seen last, in milliseconds since 1970 as the library counts.
create table aquifer.indexed_keys (
  tenant_id aquifer.tenant_id not null default aquifer.current_tenant(),
  namespace text not null check (length(namespace) between 1 and 128),
  key       text not null,
  group_id  text,
  seen_at   double precision not null,
  primary key (tenant_id, namespace, key)
);
create index indexed_keys_group on aquifer.indexed_keys (tenant_id, namespace, group_id, seen_at);
call aquifer.isolate('aquifer.indexed_keys');
