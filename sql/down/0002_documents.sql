-- loses: every document, chunk and vector of every tenant

drop routine aquifer.allocate_chunk_ids, aquifer.metadata_matches;
drop table aquifer.chunk_signatures, aquifer.chunk_embeddings, aquifer.chunks, aquifer.chunk_counters, aquifer.documents;
drop routine aquifer.sign_embeddings;
