-- People: who belongs to a workspace, who takes part in a conversation, and whom an event is for.

-- Whoever creates a workspace is its first owner, by whatever tool it was created.
create table workspace_members (
  workspace_id uuid not null references workspaces on delete cascade,
  user_id uuid not null,
  role text not null check (role in ('owner', 'editor', 'viewer')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
create index workspace_members_by_user on workspace_members (user_id, workspace_id);

create function workspaces_add_owner() returns trigger language plpgsql as $$
begin
  insert into workspace_members (workspace_id, user_id, role) values (new.id, new.user_id, 'owner');
  return null;
end $$;
create trigger workspaces_add_owner after insert on workspaces
  for each row execute function workspaces_add_owner();

insert into workspace_members (workspace_id, user_id, role, created_at, updated_at)
select id, user_id, 'owner', created_at, created_at from workspaces;

-- Who created it, and takes part in it first.
alter table conversations add column user_id uuid;

-- Whoever leaves the workspace leaves its conversations.
create table conversation_participants (
  conversation_id uuid not null references conversations on delete cascade,
  user_id uuid not null,
  workspace_id uuid not null,
  -- Messages up to here have been read.
  read_until timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (conversation_id, user_id),
  foreign key (workspace_id, user_id) references workspace_members on delete cascade
);
create index conversation_participants_by_user on conversation_participants (user_id, conversation_id);
create index conversation_participants_by_member on conversation_participants (workspace_id, user_id);

create function conversations_add_creator() returns trigger language plpgsql as $$
begin
  insert into conversation_participants (conversation_id, user_id, workspace_id)
  select new.id, coalesce(new.user_id, w.user_id), w.id from workspaces w where w.id = new.workspace_id;
  return null;
end $$;
create trigger conversations_add_creator after insert on conversations
  for each row execute function conversations_add_creator();

update conversations c set user_id = w.user_id from workspaces w where w.id = c.workspace_id;
insert into conversation_participants (conversation_id, user_id, workspace_id, created_at)
select id, user_id, workspace_id, created_at from conversations;

alter table messages
  -- Its author; null for the AI.
  add column user_id uuid,
  -- The id that the author's client gave it.
  add column client_id text,
  -- The question that an answer answers.
  add column reply_to uuid;
update messages m set user_id = w.user_id from workspaces w where w.id = m.workspace_id and m.role = 'user';
create unique index messages_by_client on messages (conversation_id, user_id, client_id)
  where client_id is not null;

-- In which transaction a row was changed last: what has changed since a place in the event log can be told
-- without missing what was committed late.
do $$
declare
  changing name;
begin
  create function note_change() returns trigger language plpgsql as $body$
  begin
    new.changed_xid := pg_current_xact_id();
    return new;
  end $body$;
  foreach changing in array array['workspaces', 'documents', 'conversations', 'messages', 'workspace_members'] loop
    execute format('alter table %I add column changed_xid xid8 not null default pg_current_xact_id()', changing);
    execute format('create trigger note_change before update on %I for each row execute function note_change()', changing);
  end loop;
end $$;

-- Whom an event is for: `user:{id}`, `workspace:{id}` (all its members) or `conversation:{id}` (all who take
-- part). One row tells any number of people.
alter table events add column topic text;
update events set topic = 'user:' || user_id;
alter table events alter column topic set not null;
create index events_by_topic on events (topic, xid, id);
drop index events_by_user;

-- A process that is older than this knows no topics.
create function events_fill_topic() returns trigger language plpgsql as $$
begin
  new.topic := 'user:' || new.user_id;
  return new;
end $$;
create trigger events_fill_topic before insert on events
  for each row when (new.topic is null) execute function events_fill_topic();

-- Where a person's push notifications go.
create table push_devices (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null,
  provider text not null check (provider in ('fcm', 'onesignal')),
  token text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider, token)
);
create index push_devices_by_user on push_devices (user_id);

create table delivery_jobs partition of jobs for values in ('deliver');
create table notification_jobs partition of jobs for values in ('notify');
alter table delivery_jobs alter column kind set default 'deliver';
alter table notification_jobs alter column kind set default 'notify';

-- As for the other queues: see 0005_queue.sql and 0006_claim.sql.
do $$
declare
  queue name;
begin
  foreach queue in array array['delivery_jobs', 'notification_jobs'] loop
    execute format('alter table %I set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000)', queue);
    execute format($create$
      create function %I(at_most integer, lease_seconds float8)
      returns table (kind text, id uuid, lease_token uuid, workspace_id uuid, document_id uuid, message_id uuid,
        payload jsonb, retry_count integer, user_id uuid, tenant_id text)
      language plpgsql as $claim$
      #variable_conflict use_column
      begin
        perform set_config('enable_seqscan', 'off', true);
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
