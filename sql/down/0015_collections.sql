-- loses: collections and their settings

drop function aquifer.remove_expired_documents;
drop policy collection_readers on aquifer.chunks;
drop policy collection_deleters on aquifer.documents;
drop policy collection_updaters on aquifer.documents;
drop policy collection_inserters on aquifer.documents;
drop policy collection_readers on aquifer.documents;
drop trigger refuse_move on aquifer.documents;
drop function aquifer.refuse_moved_document;
alter table aquifer.documents
  drop constraint documents_tenant_id_collection_id_source_key,
  drop column collection_id,
  add unique (tenant_id, source);
drop function aquifer.reads_everything;
drop function aquifer.writable_collections;
drop function aquifer.readable_collections;
drop function aquifer.default_collection;
drop table aquifer.collections;
drop function aquifer.has_role_of;
