-- loses: the history and the audit of every tenant, and the events that wait to be delivered

drop routine aquifer.changes_between, aquifer.prepare_months, aquifer.prepare_month;
drop table aquifer.changes;
drop sequence aquifer.change_ids;
revoke create on schema aquifer from aquifer_system;
