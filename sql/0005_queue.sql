-- What the queue's changes of state cost, and what they leave behind.

-- A fenced write must find its row by its key. While this index named the status, the planner took it for
-- the running jobs, few by its statistics, and read all that had ever run since the last vacuum.
drop index jobs_leased;
create index jobs_leased on jobs (locked_until) where locked_until is not null;

-- Every change of state writes to each index that has the row: those that name nothing are spared.
drop index jobs_by_document, jobs_by_message, jobs_by_workspace;
create index jobs_by_document on jobs (document_id) where document_id is not null;
create index jobs_by_message on jobs (message_id) where message_id is not null;
create index jobs_by_workspace on jobs (workspace_id) where workspace_id is not null;

create or replace trigger jobs_fill_workspace before insert on jobs
  for each row when (new.workspace_id is null and new.document_id is not null)
  execute function jobs_fill_workspace();

-- Every claim passes over the dead rows at the head of the queue: vacuum comes by the thousand jobs, not
-- by the fifth of a month's.
do $$
declare
  queue regclass;
begin
  for queue in select inhrelid::regclass from pg_inherits where inhparent = 'jobs'::regclass loop
    execute format('alter table %s set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000)', queue);
  end loop;
end $$;
