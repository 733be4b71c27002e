-- loses: the seals of the audit. The records stay, but tampering with those written so far can no longer be shown

drop routine aquifer.verify_audit, aquifer.seal_audit, aquifer.refuse_foreign_position, aquifer.seal_digest, aquifer.record_digest;
drop table aquifer.audit_sealed, aquifer.audit_seals;
drop routine aquifer.audit_system, aquifer.audit_log;
drop view aquifer.audit;
drop routine aquifer.masked;
