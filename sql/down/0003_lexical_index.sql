-- loses: the lexical index. It is written with the chunks, so after a new migration documents have to be ingested anew

drop trigger analyse_added on aquifer.chunks;
drop trigger refuse_edit on aquifer.chunks;
drop routine aquifer.strike_postings, aquifer.next_block;
drop table aquifer.lexical_postings, aquifer.lexical_blocks, aquifer.lexical_entries, aquifer.lexical_statistics;
drop routine aquifer.count_removed_entries, aquifer.count_added_entries, aquifer.merge_blocks, aquifer.fold_pending,
  aquifer.refuse_edited_chunk, aquifer.analyse_added_chunks;
drop text search configuration aquifer.english;
