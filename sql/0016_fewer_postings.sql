-- Finding by plain SQL: fewer postings are read of a workspace that has fewer than 20,000 segments.

do $$
begin
  if not exists (select from retrieval_index where kind = 'postings') then
    return;
  end if;

  -- As with the postings: an index is read without its table only where vacuum has been.
  alter table segments set (autovacuum_vacuum_insert_scale_factor = 0.02);

  -- Up to `at_most` of the segments that have the wanted terms, with their score by BM25, as good as the best. If
  -- `among` is given, only those segments are searched, and exactly. In each row the workspace's figures: its
  -- segments, their mean length in terms, and the weight of each wanted key that it has.
  create or replace function find_candidates(workspace uuid, wanted bigint[], among bigint[], at_most integer, k1 float8, b float8)
  returns table (segment_id bigint, score float8, segment_count float8, mean_length float8, weights json)
  -- For this function alone: along the indexes, row by row, be the tables never analysed, and grouped by hashes, since
  -- to sort postings takes as long as to read them. A server that compiled the plan first would take half a second.
  language plpgsql stable set jit = off set max_parallel_workers_per_gather = 0 set plan_cache_mode = auto
  rows 100 set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off
  as $body$
  #variable_conflict use_column
  declare
    -- How many segments there are, and have a term, is counted up to here; beyond, it is told from the sample, to some 6 %.
    counted_max constant integer := 250;
    -- So many postings of the rarest terms are read whole, or one term's if that one has more, up to `list_max`; fewer,
    -- this share of its segments, in a small workspace.
    postings_min constant integer := 1500;
    postings_max constant integer := 6000;
    postings_share constant float8 := 0.3;
    list_max constant integer := 20000;
    -- One of so many postings that may be read: that many of the segments with the best of them are looked up in the
    -- lists of the other terms. Of 100,000 segments' true best ten 99.4 % are found so; 97.7 % with two thirds of both,
    -- 99.9 % with four thirds, which take a quarter longer. Of 5,000, 99.9 % of the best ten and 98.8 % of the best fifty.
    looked_up_share constant integer := 10;
    -- With so few pairs of a segment and a term each pair is looked up, and no list read.
    pairs_max constant integer := 4000;
    -- The server keeps one plan for all workspaces, and plans no more, once the table is so large that every other way
    -- looks worse than the right one. In bytes: some thousand segments.
    kept_min constant bigint := 8388608;
    keys bigint[];
    -- Of each key: its weight times k1 + 1.
    worths float8[];
    -- What a segment's length demands of a frequency: the part of every segment, and that of each term.
    norm float8 := k1 * (1 - b);
    norm_of_term float8;
    -- Postings that may be read, and how many of the first keys are read whole.
    readable integer;
    whole integer;
  begin
    perform set_config('plan_cache_mode',
      case when pg_relation_size('postings') < kept_min then 'force_custom_plan' else 'force_generic_plan' end, true);

    select case when count(*) <= counted_max then count(*) else count(*) / share_of_ids(max(s.id)) end, avg(s.length)
    into segment_count, mean_length
    from (select s.id, s.length from segments s where s.workspace_id = workspace order by s.id limit counted_max + 1) s;

    norm_of_term := k1 * b / mean_length;
    readable := least(postings_max, greatest(postings_min, (postings_share * segment_count)::integer));

    with counted as (
      select w.key,
        case when c.count <= counted_max then c.count else least(c.count / share_of_ids(c.last), segment_count) end as frequency
      from unnest(wanted) w (key) cross join lateral (
        select count(*) as count, max(p.segment_id) as last
        from (select p.segment_id from postings p where p.key = w.key order by p.segment_id limit counted_max + 1) p) c
      where c.count > 0
    ), weighed as (
      select c.key, c.frequency, ln(1 + (segment_count - c.frequency + 0.5) / (c.frequency + 0.5)) as worth,
        sum(c.frequency) over (order by c.frequency, c.key) as postings
      from counted c
    )
    select array_agg(w.key order by w.frequency, w.key), array_agg(w.worth * (k1 + 1) order by w.frequency, w.key),
      json_object_agg(w.key, w.worth), greatest(count(*) filter (where w.postings <= readable), 1)
    into keys, worths, weights, whole
    from weighed w;

    if among is not null then
      whole := case when cardinality(among) * cardinality(keys) <= pairs_max then 0 else cardinality(keys) end;
    end if;

    if whole = cardinality(keys) then
      return query
      select p.segment_id, sum(t.worth * p.frequency / (p.frequency + norm + norm_of_term * p.length)) as score,
        segment_count, mean_length, weights
      from unnest(keys, worths) t (key, worth) cross join lateral (
        select p.segment_id, p.frequency, p.length from postings p where p.key = t.key
        order by p.segment_id limit case when among is null then list_max end) p
      -- Within a case it is looked up in a table of hashes, made once.
      where case when among is null then true else p.segment_id in (select unnest(among)) end
      group by p.segment_id order by score desc limit at_most;
      return;
    end if;

    return query
    with best as materialized (
      (select p.segment_id, sum(t.worth * p.frequency / (p.frequency + norm + norm_of_term * p.length)) as score
      from unnest(keys[:whole], worths[:whole]) t (key, worth) cross join lateral (
        select p.segment_id, p.frequency, p.length from postings p where p.key = t.key
        order by p.segment_id limit list_max) p
      group by p.segment_id order by score desc limit greatest(readable / looked_up_share, at_most))
      union all
      select c.id, 0 from unnest(among) c (id) where whole = 0
    ), scored as (
      select best.segment_id, best.score + coalesce(sum(more.score), 0) as score
      from best left join lateral (
        select t.worth * p.frequency / (p.frequency + norm + norm_of_term * p.length) as score
        from unnest(keys[whole + 1:], worths[whole + 1:]) t (key, worth) cross join lateral (
          select p.frequency, p.length from postings p
          where p.key = t.key and p.segment_id = best.segment_id limit 1) p) more on true
      group by best.segment_id, best.score
    )
    select scored.segment_id, scored.score, segment_count, mean_length, weights from scored
    where scored.score > 0 order by scored.score desc limit at_most;
  end $body$;
end $$;
