-- loses: writes that were acknowledged and not flushed, and dead letters

drop table aquifer.write_behind;
drop sequence aquifer.write_behind_sequence;
