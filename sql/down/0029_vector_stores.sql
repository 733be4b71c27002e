-- loses: which files are in which vector store, their attributes and batches, and what vector stores are called
drop table aquifer.vector_store_files;
drop table aquifer.vector_store_batches;
alter table aquifer.collections
  drop column last_active_at,
  drop column expires_after_days,
  drop column labels,
  drop column title,
  drop column vector_store_id;
