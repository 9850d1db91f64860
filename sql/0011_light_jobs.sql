-- Jobs of small documents share a worker's place, so that what each of them costs besides its own work (a claim,
-- a commit) is paid for many at once.

-- What a job takes of a place; a job inserted by another tool takes a whole one.
alter table jobs add column weight real not null default 1;

-- As in 0006_claim.sql, but it goes on until the jobs taken fill `places`: the last one may stand out. Jobs
-- behind them are locked for this moment, and passed over by another claim.
do $$
declare
  queue name;
begin
  foreach queue in array array['parse_jobs', 'ingest_jobs'] loop
    execute format($create$
      create function %I(at_most integer, places float8, lease_seconds float8)
      returns table (kind text, id uuid, lease_token uuid, workspace_id uuid, document_id uuid, message_id uuid,
        payload jsonb, retry_count integer, user_id uuid, tenant_id text, weight real)
      language plpgsql as $claim$
      #variable_conflict use_column
      begin
        perform set_config('enable_seqscan', 'off', true);
        perform set_config('synchronous_commit', 'off', true);
        return query
          update %2$I j set status = 'running', started_at = now(), finished_at = null, error_message = null,
            lease_token = gen_random_uuid(), locked_until = now() + make_interval(secs => lease_seconds)
          where j.ctid = any (array(
            select fitting.place from (
              select due.place, sum(due.weight) over (order by due.next_run_at, due.id) - due.weight as before
              from (
                select q.ctid as place, q.next_run_at, q.id, q.weight from %2$I q
                where q.status = 'queued' and q.next_run_at <= now()
                order by q.next_run_at, q.id limit at_most for update skip locked) as due) as fitting
            where fitting.before < places))
          returning j.kind, j.id, j.lease_token, j.workspace_id, j.document_id, j.message_id, j.payload,
            j.retry_count, (select w.user_id from workspaces w where w.id = j.workspace_id),
            (select w.tenant_id from workspaces w where w.id = j.workspace_id), j.weight;
      end $claim$ $create$, 'claim_' || queue, queue);
  end loop;
end $$;
