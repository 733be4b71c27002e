-- loses: the lexicon of misspelt words, which is filled anew as blocks are folded

drop function aquifer.similar_lexemes, aquifer.lexemes_beginning, aquifer.edit_distance;
drop table aquifer.lexicon;
drop function aquifer.query_terms, aquifer.analyse, aquifer.readings, aquifer.bigrams, aquifer.spaceless, aquifer.respelt,
  aquifer.normalised, aquifer.parsable, aquifer.without_accents, aquifer.text_configuration, aquifer.primary_language;
do $$
declare
  made regconfig;
begin
  for made in
    select oid from pg_ts_config where cfgnamespace = 'aquifer'::regnamespace and cfgname <> 'english'
  loop
    execute format('drop text search configuration %s', made);
  end loop;
end $$;
