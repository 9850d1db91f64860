-- What the ranking looks at: where in a segment its terms stand, and under which headings it stands.

alter table segments
  -- Outermost first: `Chapter 2 › Leave`.
  add column headings text not null default '',
  -- Of title, headings and text, as codes in reading order (src/retrieval/term-sequence.ts); nothing for what an
  -- earlier version stored.
  add column term_sequence bytea not null default '',
  -- It does not compress.
  alter column term_sequence set storage external;

-- Whatever is found by now is cut and indexed anew from its stored text, and is found as before meanwhile: a minute
-- later, when processes of an earlier version have gone, and 50 documents a second, so that new ones find room.
insert into jobs (kind, workspace_id, document_id, next_run_at)
select 'ingest', d.workspace_id, d.id,
  now() + interval '1 minute' + interval '20 milliseconds' * row_number() over (order by d.created_at desc)
from documents d
where d.status = 'ingested' and exists (select from segments s where s.document_id = d.id);
