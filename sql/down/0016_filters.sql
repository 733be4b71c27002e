drop function aquifer.filter_condition;
drop function aquifer.filter_node;
drop function aquifer.filter_values;
drop function aquifer.filter_probes;
