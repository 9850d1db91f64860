-- The extension's index in sixteen partitions. What a term of a question costs grows with the terms that an index
-- holds and the parts that it is merged from, whoever filled them: so a workspace shares its index with few others.

do $$
declare
  digit text;
begin
  if not exists (select from retrieval_index where kind = 'pg_textsearch') then
    return;
  end if;

  alter table salted_segments rename to unpartitioned;
  alter table unpartitioned rename constraint salted_segments_pkey to unpartitioned_pkey;

  -- A segment's terms, salted with their workspace.
  create table salted_segments (
    document_id uuid not null,
    segment_index integer not null,
    -- The last one, hexadecimal, of the workspace's id (src/retrieval/index/keys.ts).
    workspace_digit text not null,
    salted_terms text not null,
    length integer not null,
    primary key (document_id, segment_index, workspace_digit)
  ) partition by list (workspace_digit);

  foreach digit in array string_to_array('0123456789abcdef', null) loop
    execute format('create table %I partition of salted_segments for values in (%L)', 'salted_segments_' || digit, digit);
  end loop;

  insert into salted_segments (document_id, segment_index, workspace_digit, salted_terms, length)
  select u.document_id, u.segment_index, right(s.workspace_id::text, 1), u.salted_terms, u.length
  from unpartitioned u join segments s using (document_id, segment_index);
  drop table unpartitioned;

  -- Only now: at once it takes less time than entry by entry.
  foreach digit in array string_to_array('0123456789abcdef', null) loop
    execute format(
      'create index %I on %I using bm25 (salted_terms) with (text_config = ''simple'', k1 = 1.2, b = 0.75)',
      'salted_segments_' || digit || '_bm25', 'salted_segments_' || digit);
  end loop;

  -- A foreign key would look for every segment in all sixteen.
  create function remove_salted_segments() returns trigger language plpgsql as $body$
  declare
    gone record;
  begin
    for gone in select distinct right(workspace_id::text, 1) as workspace_digit, document_id from removed loop
      execute format('delete from %I where document_id = $1', 'salted_segments_' || gone.workspace_digit)
        using gone.document_id;
    end loop;
    return null;
  end
  $body$;
  create trigger segments_remove_salted_segments after delete on segments
    referencing old table as removed
    for each statement execute function remove_salted_segments();
end
$$;
