-- loses nothing

drop function aquifer.search;
drop function aquifer.facet_counts;
drop function aquifer.presented_chunk;
drop function aquifer.filtered_chunks;
drop function aquifer.searched_collections;
drop function aquifer.explained_terms;
drop function aquifer.rank_items;
drop function aquifer.similarities;
drop function aquifer.semantic_leg;
drop function aquifer.question_vector;
drop type aquifer.ranking;
drop function aquifer.milliseconds_since;
drop function aquifer.similarity_of;
