-- loses nothing
-- What was cached is made anew.

drop routine aquifer.cache_follow, aquifer.cache_feed, aquifer.cache_begin_feed, aquifer.cache_invalidate, aquifer.cache_write,
  aquifer.cache_release, aquifer.cache_fill, aquifer.cache_renew, aquifer.cache_lease, aquifer.cache_make_marks,
  aquifer.cache_append, aquifer.cache_end;
drop table aquifer.cache_stores, aquifer.cache_log, aquifer.cache_marks, aquifer.cache_entries;
