-- More is found by its terms (src/retrieval/terms.ts): codes, addresses, dates and numbers however they are written,
-- and words of more languages whatever their ending. What was indexed by the terms of an earlier version is indexed
-- anew, a minute later, when processes of that version have gone, and 50 documents a second, so that new ones find room.
insert into jobs (kind, workspace_id, document_id, next_run_at)
select 'ingest', d.workspace_id, d.id,
  now() + interval '1 minute' + interval '20 milliseconds' * row_number() over (order by d.created_at desc)
from documents d
where d.status = 'ingested' and exists (select from segments s where s.document_id = d.id)
  -- Whoever skips versions has them queued by 0008_ranking.sql already.
  and not exists (
    select from jobs j where j.document_id = d.id and j.kind = 'ingest' and j.status = 'queued');
