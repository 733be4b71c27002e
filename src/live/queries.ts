/** The statements of followers. All run as the system role, and name their tenants. */

/** $1 tenants, $2 since or null, $3 the server of it, $4 most */
export const LOOK = {
  name: 'aq_live_look',
  text: 'select until, here, lost, events from aquifer.live_look($1::text[], $2::pg_snapshot, $3, $4::integer)',
};

/** $1 tenant, $2 since, $3 until, $4 and $5 turn and id to go on after, $6 server, $7 entities, $8 operations, $9 most */
export const PAGE = {
  name: 'aq_live_page',
  text: `
    select lost, events from aquifer.live_page($1, $2::pg_snapshot, $3::pg_snapshot, $4::bigint, $5::bigint, $6, $7::text[],
      $8::text[], $9::integer)`,
};

/** $1 tenant, $2 since, $3 server, $4 entities */
export const LOST = {
  name: 'aq_live_lost',
  text: 'select aquifer.live_lost($1, $2::pg_snapshot, $3, $4::text[]) as lost',
};

/** $1 tenant, $2 since, $3 until, $4 size */
export const CUTS = {
  name: 'aq_live_cuts',
  text: 'select cut from aquifer.live_cuts($1, $2::pg_snapshot, $3::pg_snapshot, $4::integer) as cut',
};
