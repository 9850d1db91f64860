-- What retention and an operator look for, without reading whole tables. Safe to run again.

create index if not exists jobs_finished on jobs (finished_at) where status = 'success';
create index if not exists jobs_failed on jobs (created_at, id) where status = 'failed';
