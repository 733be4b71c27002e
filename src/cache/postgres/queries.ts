/** The statements of the store, one round trip each. All run as the system role. */

// Behind a sub-select the length of an array is not known to the planner, which then plans once for all lengths.

const VALUES = (marks: string) => `
  select place::integer, (select e.value from aquifer.cache_entries e
                          where e.name = asked.name and e.expires_at > now()) as value, ${marks} as marks
  from unnest((select $1::text[])) with ordinality as asked (name, place)`;

/** Joined by commas, and empty for a mark that is not there. */
const TOKENS = (parameter: string) => `
  (select string_agg(coalesce(m.token::text, ''), ',' order by asked.place)
   from unnest((select ${parameter}::text[])) with ordinality as asked (name, place)
   left join lateral (select token from aquifer.cache_marks
                      where name = asked.name and expires_at > now() offset 0) as m on true)`;

export const READ_KEYS = named('read_keys', VALUES('null'));

export const READ_MARKS = named('read_marks', `select 0 as place, null as value, ${TOKENS('$1')} as marks`);

/** The marks are in the row of the first key. */
export const READ = named('read', VALUES(`case place when 1 then ${TOKENS('$2')} end`));

export const LEASE = named(
  'lease',
  'select place, holder, value, failure, mark from aquifer.cache_lease($1, $2, $3, $4, $5)',
);

export const RENEW = named('renew', 'select aquifer.cache_renew($1, $2, $3)');

export const FILL = named(
  'fill',
  'select name from aquifer.cache_fill($1, $2, $3, $4, $5, $6) as filled (name)',
);

export const RELEASE = named('release', 'select aquifer.cache_release($1, $2, $3)');

export const WRITE = named('write', 'select aquifer.cache_write($1, $2, $3, $4, $5, $6, $7)');

export const INVALIDATE = named('invalidate', 'select aquifer.cache_invalidate($1, $2, $3, $4)');

export const BEGIN_FEED = named('begin_feed', 'select aquifer.cache_begin_feed($1, $2, $3) as position');

export const FEED = named('feed', 'select aquifer.cache_feed($1, $2, $3, $4, $5, $6) as fed');

export const FOLLOW = named('follow', 'select epoch::text, n::float8 from aquifer.cache_follow($1)');

/** One row without a number where nothing is new; none at all where the log was lost. */
export const READ_LOG = named(
  'read_log',
  `select s.epoch::text, l.n::float8, l.entry
   from aquifer.cache_stores s
   left join lateral (
     select n, entry from aquifer.cache_log where store = s.store and n > $2 order by n limit $3
   ) l on true
   where s.store = $1 order by l.n`,
);

/** Not a function: the embedded database counts rows that statements remove, to know when to clean up. */
export const SWEEP = named(
  'sweep',
  `with marks as (
     delete from aquifer.cache_marks where expires_at <= now() and name in (
       select name from aquifer.cache_marks where expires_at <= now() order by expires_at limit $1 for update skip locked)
   )
   delete from aquifer.cache_entries where forget_at <= now() and name in (
     select name from aquifer.cache_entries where forget_at <= now() order by forget_at limit $1 for update skip locked)`,
);

export const PING = named('ping', 'select 1');

function named(name: string, text: string): { readonly name: string; readonly text: string } {
  return { name: `aquifer_cache_${name}`, text };
}
