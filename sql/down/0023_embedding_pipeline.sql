-- loses: which documents wait to be embedded, and why some could not be

drop function aquifer.expire_unembedded;
drop table aquifer.space_backfills;
drop table aquifer.embedding_failures;
drop trigger expire_embedding on aquifer.documents;
drop function aquifer.expire_document;
drop index aquifer.chunks_of_hash;
drop index aquifer.documents_expired;
alter table aquifer.documents drop column embedding_expired_at;
