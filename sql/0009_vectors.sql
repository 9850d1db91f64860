-- Vectors of segments: which models there are, which documents have theirs, and the queue that makes them.
-- The vectors themselves are in a table for each model, `segment_vectors_{id}`, made when the dimension is
-- known: this needs no pgvector.

create table embedding_models (
  id integer generated always as identity primary key,
  name text not null,
  dimensions integer not null,
  -- Some process embeds by it. Long after the last one did, its vectors go.
  used_at timestamptz not null default now(),
  unique (name, dimensions)
);

-- Documents all of whose segments have a vector, by the model that was last at it.
create table embedded_documents (
  document_id uuid primary key references documents on delete cascade,
  model_id integer not null
);

-- A foreign key would hold up all writers of segments while a table is made; this costs when segments go.
create function remove_vectors() returns trigger language plpgsql as $$
declare
  gone bigint[] := array(select id from removed);
  model integer;
begin
  delete from embedded_documents where document_id in (select document_id from removed);
  for model in select id from embedding_models loop
    begin
      execute format('delete from %I where segment_id = any ($1)', 'segment_vectors_' || model) using gone;
    exception when undefined_table then
      null; -- The model's vectors are gone since this began.
    end;
  end loop;
  return null;
end $$;
create trigger segments_remove_vectors after delete on segments
  referencing old table as removed for each statement execute function remove_vectors();

create table embedding_jobs partition of jobs for values in ('embed');
alter table embedding_jobs alter column kind set default 'embed';

-- As for the other queues: see 0005_queue.sql and 0006_claim.sql.
alter table embedding_jobs set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create function claim_embedding_jobs(at_most integer, lease_seconds float8)
returns table (kind text, id uuid, lease_token uuid, workspace_id uuid, document_id uuid, message_id uuid,
  payload jsonb, retry_count integer, user_id uuid, tenant_id text)
language plpgsql as $$
#variable_conflict use_column
begin
  perform set_config('enable_seqscan', 'off', true);
  perform set_config('synchronous_commit', 'off', true);
  return query
    update embedding_jobs j set status = 'running', started_at = now(), finished_at = null, error_message = null,
      lease_token = gen_random_uuid(), locked_until = now() + make_interval(secs => lease_seconds)
    where j.ctid = any (array(
      select due.ctid from embedding_jobs due
      where due.status = 'queued' and due.next_run_at <= now()
      order by due.next_run_at, due.id limit at_most for update skip locked))
    returning j.kind, j.id, j.lease_token, j.workspace_id, j.document_id, j.message_id, j.payload, j.retry_count,
      (select w.user_id from workspaces w where w.id = j.workspace_id),
      (select w.tenant_id from workspaces w where w.id = j.workspace_id);
end $$;
