-- The statement that every job begins with, as a function of each queue: the server keeps its plan for its
-- session, whoever uses it, where a transaction pooler forbids the client to prepare its own. It takes up to
-- `at_most` due jobs, oldest first, passing over those that others are just taking or have changed since the
-- statement began; by their place (ctid) the locked rows are found at once.
do $$
declare
  queue name;
begin
  for queue in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'jobs'::regclass
  loop
    execute format($create$
      create function %I(at_most integer, lease_seconds float8)
      returns table (kind text, id uuid, lease_token uuid, workspace_id uuid, document_id uuid, message_id uuid,
        payload jsonb, retry_count integer, user_id uuid, tenant_id text)
      language plpgsql as $claim$
      #variable_conflict use_column
      begin
        -- The plan is kept, and a queue that is empty today may be long tomorrow.
        perform set_config('enable_seqscan', 'off', true);
        -- A claim that goes down with the database's machine is a job that is queued still: no disk to wait for.
        perform set_config('synchronous_commit', 'off', true);
        return query
          update %2$I j set status = 'running', started_at = now(), finished_at = null, error_message = null,
            lease_token = gen_random_uuid(), locked_until = now() + make_interval(secs => lease_seconds)
          where j.ctid = any (array(
            select due.ctid from %2$I due
            where due.status = 'queued' and due.next_run_at <= now()
            order by due.next_run_at, due.id limit at_most for update skip locked))
          returning j.kind, j.id, j.lease_token, j.workspace_id, j.document_id, j.message_id, j.payload,
            j.retry_count, (select w.user_id from workspaces w where w.id = j.workspace_id),
            (select w.tenant_id from workspaces w where w.id = j.workspace_id);
      end $claim$ $create$, 'claim_' || queue, queue);
  end loop;
end $$;
