-- Full text in many languages: a stemmer for each that PostgreSQL brings, bigrams for scripts that set no spaces
-- between words, words as they are for all others. What is a letter and what is punctuation is said by code points:
-- the parser meets the letters of words, and decides nothing by the locale of the database.

-- What languages are told apart by: 'pt' of 'pt-BR'; 'und' where there is none.
create function aquifer.primary_language(tag text) returns text
  language sql immutable parallel safe
  return coalesce(lower(substring(tag from '^[A-Za-z]+')), 'und');

-- One configuration a stemmer, and the function that knows them. `aquifer.english` is there already: it takes the
-- accents away before it stems, which English has no use for; others stem first, since their endings have accents.
do $$
declare
  known constant text[] := array[
    'ar arabic', 'bs serbian', 'ca catalan', 'da danish', 'de german', 'el greek', 'en english', 'es spanish',
    'eu basque', 'fi finnish', 'fr french', 'ga irish', 'hi hindi', 'hr serbian', 'hu hungarian',
    'hy armenian', 'id indonesian', 'it italian', 'lt lithuanian', 'ms indonesian', 'nb norwegian', 'ne nepali',
    'nl dutch', 'nn norwegian', 'no norwegian', 'pt portuguese', 'ro romanian', 'ru russian',
    'sr serbian', 'sv swedish', 'ta tamil', 'tr turkish', 'yi yiddish'];
  stemmer text;
  cases text;
begin
  execute 'create text search configuration aquifer.simple (copy = pg_catalog.simple)';
  execute 'alter text search configuration aquifer.simple alter mapping for hword, hword_part, word with unaccent, simple';
  for stemmer in
    select distinct split_part(entry, ' ', 2) from unnest(known) as entry
    join pg_ts_config on cfgname = split_part(entry, ' ', 2) and cfgnamespace = 'pg_catalog'::regnamespace
    where cfgname <> 'english'
  loop
    execute format('create text search configuration aquifer.%I (copy = pg_catalog.%1$I)', stemmer);
  end loop;
  select string_agg(format('when %L then %L::regconfig', split_part(entry, ' ', 1), 'aquifer.' || cfgname), E'\n    ' order by entry)
  into cases
  from unnest(known) as entry
  join pg_ts_config on cfgname = split_part(entry, ' ', 2) and cfgnamespace = 'aquifer'::regnamespace;
  execute format($f$
create function aquifer.text_configuration(language text) returns regconfig
  language sql immutable parallel safe
  return case aquifer.primary_language(language)
    %s
    else 'aquifer.simple'::regconfig end $f$, cases);
end $$;

create function aquifer.without_accents(content text) returns text
  language sql immutable strict parallel safe
  return unaccent(content);

-- Text as the parser may have it, whatever it takes for a letter: marks that only help reading are taken out, and
-- punctuation that is not ASCII is a space. Typographic apostrophes too, as the parser has the one on the keyboard;
-- so no lexeme has a character that loses its accent to a quote.
create function aquifer.parsable(content text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(regexp_replace(content,
    '[\u00ad\u055a-\u055e\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670'
    '\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u200d\u2060-\u206f\ufe00-\ufe0f\ufeff]+', '', 'g'),
    '[\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u02b0-\u02ff\u0375\u037e\u0387\u0482\u055f'
    '\u0589\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u06dd\u06de\u06e9'
    '\u06fd\u06fe\u0700-\u070d\u0964\u0965\u0970\u0df4\u0e2f\u0e3f\u0e46\u0e4f\u0e5a\u0e5b\u0f01-\u0f17\u0f3a-\u0f3d'
    '\u104a-\u104f\u10fb\u1360-\u1368\u17d4-\u17db\u1800-\u180a\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u3004'
    '\u3008-\u3020\u302a-\u3030\u3036-\u3040\u3097-\u309c\u30a0\u30fb\u3190-\u319f\u3200-\u33ff\ud7fc-\uf8ff\ufd3e'
    '\ufd3f\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffff\U0001f000-\U0001faff]+',
    ' ', 'g');

-- Text in one spelling: compatible forms and digits are made one; a hyphen before a number is no sign, and words that
-- a slash parts are no file.
create function aquifer.normalised(content text) returns text
  language plpgsql immutable strict parallel safe
  as $$
declare
  plain text := content;
begin
  if octet_length(plain) > length(plain) then
    plain := aquifer.parsable(translate(normalize(plain, nfkc), U&'\2010\2011\2044', '--/'));
  end if;
  if plain ~ '[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]' then
    plain := translate(plain, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९', '012345678901234567890123456789');
  end if;
  return regexp_replace(plain, '/|-(?=[0-9])', ' ', 'g');
end $$;

-- What a language writes in two ways, or its stemmer does not know.
create function aquifer.respelt(language text, content text) returns text
  language sql immutable parallel safe
  return case aquifer.primary_language(language)
    when 'fa' then translate(content, 'يكى', 'یکی')
    when 'ur' then translate(content, 'يكى', 'یکی')
    when 'pt' then replace(content, 'ões', 'ão')
    when 'ro' then translate(content, 'ȘșȚț', 'ŞşŢţ')
    when 'tr' then translate(content, 'Iİ', 'ıi')
    else content end;

-- The characters of scripts that set no spaces between words, as a regular expression has them in brackets: Thai, Lao,
-- Burmese, Khmer, Chinese and Japanese; and Korean, whose words carry their particles.
create function aquifer.spaceless() returns text
  language sql immutable parallel safe
  return
    '\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u109f'
    '\u1780-\u17d3\u17d7\u17dc\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa'
    '\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3'
    '\uf900-\ufaff\U00020000-\U0003ffff';

-- Pairs of neighbouring characters of such scripts; a character that stands alone is itself. Null where there is none.
create function aquifer.bigrams(content text) returns tsvector
  language plpgsql immutable strict parallel safe
  as $$
declare
  runs text;
begin
  if content !~ ('[' || aquifer.spaceless() || ']') then return null; end if;
  runs := regexp_replace(content, '[^' || aquifer.spaceless() || ']+', ' ', 'g');
  return (
    select string_agg(case after when ' ' then this else this || after end || ':' || least(place, 16383), ' ')::tsvector
    from rows from (unnest(string_to_array(' ' || runs, null)), unnest(string_to_array(runs, null)),
                    unnest(string_to_array(substr(runs, 2) || ' ', null)))
         with ordinality as c (before, this, after, place)
    where this <> ' ' and (after <> ' ' or before = ' '));
end $$;

-- What a text holds in words of a language. `respelt` is how its words stem when they are written without accents,
-- at the same positions; null where nothing is written otherwise. Of a text the first 65,536 characters count: a
-- tsvector has a size of its own, and no position above 16,383.
create function aquifer.readings(language text, content text, out lexemes tsvector, out respelt tsvector)
  language plpgsql immutable parallel safe
  as $$
declare
  configuration constant regconfig := aquifer.text_configuration(language);
  stems_first constant boolean := configuration not in ('aquifer.english'::regconfig, 'aquifer.simple'::regconfig);
  words text := left(content, 65536);
  accentless text;
  grams tsvector;
begin
  -- English is read as the parser reads it, which its measured quality rests on.
  words := case configuration when 'aquifer.english'::regconfig then aquifer.parsable(words)
    else left(aquifer.normalised(words), 65536) end;
  grams := aquifer.bigrams(words);
  if grams is not null then
    words := regexp_replace(words, '[' || aquifer.spaceless() || ']+', ' ', 'g');
  end if;
  lexemes := to_tsvector(configuration, aquifer.respelt(language, words));
  if stems_first then
    accentless := aquifer.without_accents(words);
    if accentless <> aquifer.respelt(language, words) then
      -- A lexeme of marks alone has nothing left, which no tsvector takes.
      lexemes := regexp_replace(aquifer.without_accents(lexemes::text), '(^| )'''':[0-9,]+', '', 'g')::tsvector;
      respelt := to_tsvector(configuration, accentless);
    end if;
  end if;
  if grams is not null then lexemes := lexemes || grams; end if;
end $$;

-- What a text of a language, given as a BCP 47 tag, is found by: its words as they stem with their accents and as they
-- stem without, so that either way of writing finds the other. Occurrences of a lexeme are its positions.
create function aquifer.analyse(language text, content text) returns tsvector
  language plpgsql immutable parallel safe
  as $$
declare
  configuration constant regconfig := aquifer.text_configuration(language);
  reading record;
begin
  if configuration = 'aquifer.english'::regconfig and octet_length(content) = length(content) then
    return to_tsvector(configuration, left(content, 65536));
  end if;
  reading := aquifer.readings(language, content);
  if reading.respelt is null then return reading.lexemes; end if;
  -- As text they merge: a word that stems the same both ways counts once.
  return (reading.lexemes::text || ' ' || reading.respelt::text)::tsvector;
end $$;

-- What a question asks for, in each of the languages. A term weighs as often as it occurs; what a word with accents is
-- where texts have none weighs a quarter, and nothing where the word is a stop word.
create function aquifer.query_terms(languages text[], question text)
  returns table (language text, lexeme text, weight float8)
  language sql immutable parallel safe
  begin atomic
    select asked.language, term.lexeme, term.weight
    from unnest(languages) as asked (language), aquifer.readings(asked.language, question) as reading, lateral (
      select said.lexeme, cardinality(said.positions)::float8 as weight from unnest(reading.lexemes) as said
      union all
      select other.lexeme, cardinality(other.positions) / 4.0 from unnest(reading.respelt) as other
      where other.lexeme <> all (tsvector_to_array(reading.lexemes))
        and exists (select from unnest(reading.lexemes) as said where said.positions && other.positions)
    ) as term;
  end;

-- Words that nobody has

-- The distinct lexemes of a collection, for words that are misspelt or only begun. Ranges of both orders find what
-- begins or ends alike: within one tenant, by byte order, whatever else the database holds.
create table aquifer.lexicon (
  tenant_id     aquifer.tenant_id not null,
  collection_id integer not null,
  language      text not null,
  lexeme        text collate "C" not null,
  primary key (tenant_id, collection_id, language, lexeme)
);
create index lexicon_from_behind on aquifer.lexicon (tenant_id, collection_id, language, reverse(lexeme) collate "C");
call aquifer.isolate('aquifer.lexicon');

-- Insertions, deletions, replacements and swaps of neighbours that lie between two words.
create function aquifer.edit_distance(one text, other text) returns integer
  language plpgsql immutable strict parallel safe
  as $$
declare
  a constant text[] := string_to_array(one, null);
  b constant text[] := string_to_array(other, null);
  width constant integer := length(other);
  older integer[];
  old integer[] := array(select generate_series(0, width));
  row integer[];
  cell integer;
begin
  for i in 1 .. length(one) loop
    row := array[i];
    for j in 1 .. width loop
      cell := least(row[j] + 1, old[j + 1] + 1, old[j] + (a[i] <> b[j])::integer);
      if i > 1 and j > 1 and a[i] = b[j - 1] and a[i - 1] = b[j] then
        cell := least(cell, older[j - 1] + 1);
      end if;
      row := row || cell;
    end loop;
    older := old;
    old := row;
  end loop;
  return old[width + 1];
end $$;

-- Lexemes that begin with a term, the shortest first.
create function aquifer.lexemes_beginning(tenant text, collections integer[], language text, term text, at_most integer)
  returns table (lexeme text, similarity float8)
  language sql stable
  begin atomic
    select l.lexeme, length(term)::float8 / length(l.lexeme)
    from unnest(collections) as wanted (id), lateral (
      select known.lexeme from aquifer.lexicon known
      where known.tenant_id = tenant and known.collection_id = wanted.id
        and known.language = lexemes_beginning.language
        and known.lexeme >= term and known.lexeme < term || U&'\+10FFFF'
    ) as l
    where term <> ''
    group by l.lexeme order by length(l.lexeme), l.lexeme limit at_most;
  end;

-- The nearest lexemes to a term that none is equal to: one edit away, two where it has eight characters or more, and
-- alike in their first or their last half, or third. `similarity` is 1 minus the share of edited characters.
create function aquifer.similar_lexemes(tenant text, collections integer[], language text, term text, at_most integer)
  returns table (lexeme text, similarity float8)
  language plpgsql stable
  as $$
declare
  size constant integer := length(term);
  edits constant integer := case when size >= 8 then 2 else 1 end;
  -- What one edit leaves whole at one end, even where it is a swap in the middle.
  kept constant integer := greatest((size - edits) / (edits + 1), 1);
  head constant text := left(term, kept);
  tail constant text := reverse(right(term, kept));
begin
  if size < 3 then return; end if;
  return query
    with near as (
      select known.lexeme from unnest(collections) as wanted (id) join aquifer.lexicon known
        on known.tenant_id = tenant and known.collection_id = wanted.id
        and known.language = similar_lexemes.language
        and known.lexeme >= head and known.lexeme < head || U&'\+10FFFF'
      union
      select known.lexeme from unnest(collections) as wanted (id) join aquifer.lexicon known
        on known.tenant_id = tenant and known.collection_id = wanted.id
        and known.language = similar_lexemes.language
        and reverse(known.lexeme) collate "C" >= tail and reverse(known.lexeme) collate "C" < tail || U&'\+10FFFF'
    ),
    measured as (
      select near.lexeme, aquifer.edit_distance(near.lexeme, term) as distance from near
      -- A character that the other word has not was edited.
      where length(near.lexeme) between size - edits and size + edits
        and length(translate(near.lexeme, term, '')) <= edits and length(translate(term, near.lexeme, '')) <= edits
    )
    select measured.lexeme, 1 - distance::float8 / size from measured
    where distance between 1 and edits
    order by distance, left(measured.lexeme, 1) <> left(term, 1), measured.lexeme
    limit at_most;
end $$;
