-- Workspaces, documents, conversations, the one job queue and the event log.

create table workspaces (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  tenant_id text not null,
  name text not null,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index workspaces_by_user on workspaces (user_id, created_at desc);

create table documents (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspaces on delete cascade,
  title text not null,
  status text not null default 'pending' check (status in ('pending', 'parsed', 'ingested', 'error')),
  source_type text not null,
  -- [[page_idx, start, end], …]: UTF-16 offsets into the raw text; null until parsed.
  pages jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index documents_by_workspace on documents (workspace_id, created_at desc);

create table files (
  id uuid primary key default gen_random_uuid(),
  document_id uuid not null references documents on delete cascade,
  storage_key text not null unique,
  original_filename text not null,
  mime_type text not null,
  size_bytes bigint not null,
  checksum text not null,
  created_at timestamptz not null default now()
);
create index files_by_document on files (document_id);

-- The raw text in parts, so that no single message to the server grows with the document.
create table document_texts (
  document_id uuid not null references documents on delete cascade,
  part_index integer not null,
  content text not null,
  primary key (document_id, part_index)
);

create table rag_documents (
  document_id uuid primary key references documents on delete cascade,
  rag_doc_id uuid not null default gen_random_uuid(),
  created_at timestamptz not null default now()
);

create table conversations (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references workspaces on delete cascade,
  title text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index conversations_by_workspace on conversations (workspace_id, created_at desc);

create table messages (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references conversations on delete cascade,
  workspace_id uuid not null references workspaces on delete cascade,
  role text not null check (role in ('user', 'ai')),
  content text not null,
  status text not null check (status in ('pending', 'running', 'done', 'error')),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index messages_by_conversation on messages (conversation_id, created_at, id);
create index messages_by_workspace on messages (workspace_id);

-- One queue for every kind of job. A kind is a partition, so that each has small indexes of its own and
-- other tools find parse_jobs and ingest_jobs by name.
--
--   queued ──claim──▶ running ──finish──▶ success
--     ▲                  │
--     └──retry, rescue───┴──no retry left──▶ failed
create table jobs (
  kind text not null,
  id uuid not null default gen_random_uuid(),
  status text not null default 'queued' check (status in ('queued', 'running', 'success', 'failed')),
  workspace_id uuid references workspaces on delete cascade,
  document_id uuid references documents on delete cascade,
  message_id uuid references messages on delete cascade,
  parser_type text,
  payload jsonb not null default '{}',
  retry_count integer not null default 0,
  error_message text,
  next_run_at timestamptz not null default now(),
  locked_until timestamptz,
  lease_token uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (kind, id)
) partition by list (kind);

create table parse_jobs partition of jobs for values in ('parse');
create table ingest_jobs partition of jobs for values in ('ingest');
create table answer_jobs partition of jobs for values in ('answer');
create table cleanup_jobs partition of jobs for values in ('cleanup');

alter table parse_jobs alter column kind set default 'parse';
alter table ingest_jobs alter column kind set default 'ingest';
alter table answer_jobs alter column kind set default 'answer';
alter table cleanup_jobs alter column kind set default 'cleanup';

create index jobs_ready on jobs (next_run_at, id) where status = 'queued';
create index jobs_leased on jobs (locked_until) where status = 'running';
create index jobs_by_document on jobs (document_id);
create index jobs_by_message on jobs (message_id);
create index jobs_by_workspace on jobs (workspace_id);

-- A job inserted by another tool names only its document.
create function jobs_fill_workspace() returns trigger language plpgsql as $$
begin
  if new.workspace_id is null and new.document_id is not null then
    select d.workspace_id into new.workspace_id from documents d where d.id = new.document_id;
  end if;
  return new;
end $$;
create trigger jobs_fill_workspace before insert on jobs
  for each row execute function jobs_fill_workspace();

-- The durable event log. (xid, id) is its commit-safe order: a reader goes no further than the oldest
-- transaction still running, so a row that commits late is never passed over.
create table events (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  user_id uuid not null,
  tenant_id text not null,
  type text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  primary key (xid, id)
);
create index events_by_user on events (user_id, xid, id);
create index events_by_age on events (created_at);
