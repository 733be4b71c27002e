-- loses nothing

-- Without its wrapped key, what was encrypted is gone for good: that is never the aim of going back a version.
do $$
begin
  if exists (select from aquifer.data_keys) then
    raise exception 'aquifer.data_keys holds keys, and what they encrypted could never be read again'
      using errcode = 'AQ003', hint = 'Restore a backup from before the first key, or stay.';
  end if;
end $$;

drop table aquifer.data_keys;
drop routine aquifer.keep_data_key;
