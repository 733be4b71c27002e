-- loses: what embedding took and cost
drop table aquifer.embedding_usage;
