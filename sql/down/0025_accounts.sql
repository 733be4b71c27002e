-- loses: API keys, names of tenants, answers kept for repeated requests, rate limits
drop function aquifer.take_tokens(jsonb, double precision);
drop table aquifer.rate_buckets;
drop table aquifer.idempotency_keys;
drop table aquifer.api_keys;
drop table aquifer.tenants;
