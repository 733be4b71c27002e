-- loses: files and uploads; the bytes stay in their store
drop function aquifer.claim_upload;
drop table aquifer.uploads;
drop function aquifer.record_uploads;
drop index aquifer.documents_of_file;
alter table aquifer.documents drop column file_id;
drop function aquifer.unused_contents;
drop function aquifer.hold_content;
drop function aquifer.file_space;
drop table aquifer.files;
