-- loses: records of vector spaces, with their vectors

delete from aquifer.vector_spaces where id in (select space_id from aquifer.vector_records);
drop procedure aquifer.partition_vectors;
drop function aquifer.nearest_records;
drop function aquifer.record_space;
drop function aquifer.matching_records;
drop trigger remove_records on aquifer.vector_spaces;
drop function aquifer.remove_space_records;
drop table aquifer.vector_records;
drop function aquifer.remove_record_vectors;
