-- Segments and their BM25 index. Safe to run again.

create table if not exists segments (
  -- Short, for the index; everybody else names a segment by its document and number.
  id bigint generated always as identity unique,
  document_id uuid not null references documents on delete cascade,
  segment_index integer not null,
  workspace_id uuid not null,
  page_idx integer not null,
  -- UTF-16 offsets into the raw text.
  start_offset integer not null,
  end_offset integer not null,
  text text not null,
  -- In terms.
  length integer not null,
  primary key (document_id, segment_index)
);

-- What BM25 wants to know of a workspace, as one row for each document: parallel ingests of one
-- workspace touch no common row, so that none waits for another and no update is lost.
create table if not exists segment_statistics (
  document_id uuid primary key references documents on delete cascade,
  workspace_id uuid not null,
  segment_count integer not null,
  -- Of all segments together, in terms.
  length_sum bigint not null
);
create index if not exists segment_statistics_by_workspace
  on segment_statistics (workspace_id) include (segment_count, length_sum);

-- Which index this database has. Decided here, once, so that all processes agree.
create table if not exists retrieval_index (
  kind text not null check (kind in ('pg_textsearch', 'postings')),
  only_row boolean primary key default true check (only_row)
);

do $$
begin
  if exists (select from retrieval_index) then
    return;
  end if;
  begin
    create extension if not exists pg_textsearch;
    -- A segment's terms, salted with their workspace.
    create table salted_segments (
      document_id uuid not null,
      segment_index integer not null,
      salted_terms text not null,
      length integer not null,
      primary key (document_id, segment_index),
      foreign key (document_id, segment_index) references segments on delete cascade
    );
    create index salted_segments_bm25 on salted_segments using bm25 (salted_terms)
      with (text_config = 'simple', k1 = 1.2, b = 0.75);
    insert into retrieval_index (kind) values ('pg_textsearch');
    return;
  exception when others then
    -- Not installed, not preloaded, or no right to create it: plain SQL serves.
    raise notice 'pg_textsearch is not available: %', sqlerrm;
  end;

  -- One row for each segment and distinct term. The key is a hash of workspace and term.
  create table postings (
    key bigint not null,
    segment_id bigint not null,
    frequency integer not null,
    -- The segment's, in terms; repeated here so that scoring reads this index alone.
    length integer not null
  );
  create index postings_by_key on postings (key, segment_id) include (frequency, length);
  create index postings_by_segment on postings (segment_id);

  -- A foreign key would look up the segment for every posting; this costs only when segments go.
  create function remove_postings() returns trigger language plpgsql as $body$
  begin
    delete from postings where segment_id = any (array(select id from removed));
    return null;
  end
  $body$;
  create trigger segments_remove_postings after delete on segments
    referencing old table as removed
    for each statement execute function remove_postings();
  insert into retrieval_index (kind) values ('postings');
end
$$;
