-- loses: the search index of rows; the rows stay

do $$
declare
  adopted aquifer.entities;
begin
  for adopted in select * from aquifer.entities where searchable <> '{}' loop
    execute format('drop trigger if exists aquifer_search_inserted on %s', adopted.table_name);
    execute format('drop trigger if exists aquifer_search_updated on %s', adopted.table_name);
    execute format('drop trigger if exists aquifer_search_deleted on %s', adopted.table_name);
  end loop;
end $$;
drop trigger clear_row_flags on aquifer.documents;
drop function aquifer.search_rows;
drop function aquifer.index_entity;
drop procedure aquifer.write_triggers;
drop procedure aquifer.write_search_triggers;
alter procedure aquifer.write_row_triggers(regclass) rename to write_triggers;
drop function aquifer.clear_row_flags;
drop function aquifer.index_written_rows;
drop function aquifer.index_rows;
drop function aquifer.searched_text;
drop function aquifer.row_key;
drop function aquifer.searched_columns;
drop function aquifer.entity_collection_name;
set local role aquifer_system;
delete from aquifer.collections where kind = 'entity';
reset role;
