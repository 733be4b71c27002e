-- loses: branches and their revisions. The history of rows stays

drop routine aquifer.write_row, aquifer.revertible_columns, aquifer.read_row, aquifer.adopted_entity, aquifer.row_id_condition;
drop table aquifer.branch_revisions, aquifer.branches;
drop view aquifer.history;
