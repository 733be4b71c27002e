-- loses: vectors of records that programs keep themselves, and indexes of vectors

create table aquifer.chunk_embeddings (
  tenant_id aquifer.tenant_id not null default aquifer.current_tenant(),
  model     text not null,
  chunk_id  integer not null,
  window_no integer not null,
  embedding halfvec not null,
  primary key (tenant_id, chunk_id, model, window_no),
  foreign key (tenant_id, chunk_id) references aquifer.chunks on delete cascade
);
call aquifer.isolate('aquifer.chunk_embeddings');
alter policy tenant_isolation on aquifer.chunk_embeddings to public;
create table aquifer.chunk_signatures (
  tenant_id aquifer.tenant_id not null default aquifer.current_tenant(),
  model     text not null,
  chunk_id  integer not null,
  window_no integer not null,
  signature bit varying not null,
  primary key (tenant_id, model, chunk_id, window_no),
  foreign key (tenant_id, chunk_id, model, window_no) references aquifer.chunk_embeddings on delete cascade
);
call aquifer.isolate('aquifer.chunk_signatures');
alter policy tenant_isolation on aquifer.chunk_signatures to public;
create function aquifer.sign_embeddings() returns trigger
  language plpgsql
  as $$
begin
  insert into aquifer.chunk_signatures (tenant_id, model, chunk_id, window_no, signature)
  select tenant_id, model, chunk_id, window_no, binary_quantize(embedding) from added
  on conflict (tenant_id, model, chunk_id, window_no) do update set signature = excluded.signature;
  return null;
end $$;
create trigger sign_inserted after insert on aquifer.chunk_embeddings
  referencing new table as added for each statement execute function aquifer.sign_embeddings();
create trigger sign_updated after update on aquifer.chunk_embeddings
  referencing new table as added for each statement execute function aquifer.sign_embeddings();

set local role aquifer_system;
insert into aquifer.chunk_embeddings (tenant_id, model, chunk_id, window_no, embedding)
select v.tenant_id, s.model, v.item_id, v.window_no, v.embedding
from aquifer.vectors v join aquifer.vector_spaces s on s.tenant_id = v.tenant_id and s.id = v.space_id
join aquifer.chunks c on c.tenant_id = v.tenant_id and c.id = v.item_id
where s.collection_id is not null;
reset role;

drop trigger remove_vectors on aquifer.chunks;
drop function aquifer.measured_recall;
drop function aquifer.nearest;
drop function aquifer.nearest_by;
drop function aquifer.nearest_in_index;
drop function aquifer.nearest_by_signs;
drop function aquifer.nearest_read;
drop function aquifer.distance_operator;
drop function aquifer.route_nearest;
drop type aquifer.vector_route;
drop function aquifer.ef_search;
drop function aquifer.space_of;
drop function aquifer.open_space;
drop table aquifer.vector_signatures;
drop table aquifer.vectors;
drop table aquifer.vector_spaces;
drop function aquifer.remove_chunk_vectors;
drop function aquifer.remove_space_vectors;
drop function aquifer.note_removed_vectors;
drop function aquifer.note_added_vectors;
drop function aquifer.allocate_item_ids;
alter table aquifer.item_counters rename to chunk_counters;
create function aquifer.allocate_chunk_ids(amount integer) returns integer
  language sql volatile
  begin atomic
    insert into aquifer.chunk_counters as counter (tenant_id, last_id)
    values (aquifer.current_tenant(), amount)
    on conflict (tenant_id) do update set last_id = counter.last_id + amount
    returning last_id - amount + 1;
  end;
