-- loses: what indexing runs of adapters have seen. The next run indexes everything again

drop table aquifer.indexed_keys;
drop function aquifer.filter_condition;
drop function aquifer.filter_node;
drop function aquifer.filter_values;
drop function aquifer.filter_probes;
