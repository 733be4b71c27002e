-- loses: documents in the trash; what the audit holds of documents stays
alter function aquifer.verify_audit(bigint, bytea) owner to current_user;
alter function aquifer.verify_audit(bigint, bytea) reset search_path;
alter function aquifer.verify_audit(bigint, bytea) security invoker;
drop policy collection_readers on aquifer.changes;

drop trigger documents_inserted on aquifer.documents;
drop trigger documents_updated on aquifer.documents;
drop trigger documents_deleted on aquifer.documents;
create or replace function aquifer.record_documents() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, aquifer, pg_temp
  as $$
declare
  actor text := aquifer.current_actor();
begin
  if tg_op = 'DELETE' then
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    select tenant_id, 'aquifer.documents', id::text, 'delete', 'aquifer.documents.delete', actor, true, false, false
    from old_rows;
  else
    insert into aquifer.changes (tenant_id, entity, row_id, operation, action, actor_id, event, audited, versioned)
    select tenant_id, 'aquifer.documents', id::text, lower(tg_op), 'aquifer.documents.' || lower(tg_op), actor, true, false,
           false
    from new_rows;
  end if;
  if found then perform aquifer.hint_changes(); end if;
  return null;
end $$;
create trigger documents_inserted after insert on aquifer.documents referencing new table as new_rows
  for each statement execute function aquifer.record_documents();
create trigger documents_updated after update on aquifer.documents referencing new table as new_rows
  for each statement execute function aquifer.record_documents();
create trigger documents_deleted after delete on aquifer.documents referencing old table as old_rows
  for each statement execute function aquifer.record_documents();

drop function aquifer.remove_unused_originals;
drop function aquifer.is_unused_original;
drop function aquifer.empty_trash;
drop function aquifer.restore_document;
drop function aquifer.trash_document;
drop table aquifer.trashed_vectors;
drop table aquifer.trashed_chunks;
drop table aquifer.document_trash;
drop function aquifer.record_purged_documents;
