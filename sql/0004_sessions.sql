-- Sessions of the identity provider that are refused before their tokens expire. An operator or another
-- tool inserts here; a row stays, because a session may be given new tokens for as long as it lives.

create table revoked_sessions (
  session_id text primary key,
  revoked_at timestamptz not null default now()
);
