import { SETTINGS } from "../config/settings.ts";

/** What `rag-engine --help` prints. */
export function helpText(): string {
  const width = Math.max(...SETTINGS.map(({ name }) => name.length));
  const settings = SETTINGS.map((setting) => {
    const also = "aliases" in setting ? ` [also ${setting.aliases.join(", ")}]` : "";
    return `  ${setting.name.padEnd(width)}  ${setting.about}${also}`;
  });
  return `rag-engine: put documents in, ask questions, get answers with citations that hold.

usage: rag-engine [verb]

  serve                    run the engine in its ROLE (the default)
  migrate                  bring the database up to date, and end
  health [--ready]         ask the engine of these settings whether it lives, or is ready; exit code 0 or 1
  token --sub UUID [--email E] [--tenant T] [--ttl SECONDS]
                           print a token signed with the configured or generated secret
  revoke SESSION_ID        refuse a session of the identity provider before its tokens expire
  jobs [list] [--state STATE] [--kind KIND] [--limit N] [--json]
                           show the queue: jobs that failed, or that are queued, running, success
  jobs show ID [--json]    everything about one job
  jobs retry ID…           queue failed jobs again
  jobs retry --all [--kind KIND]
                           all of them; KIND is parse, ingest, answer,
                           cleanup, deliver, notify or embed
  ask FILE… "QUESTION"     upload the files and answer the question, with citations
  --help, --version

settings, all from the environment (default):

${settings.join("\n")}
`;
}
