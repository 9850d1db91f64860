import { version } from "../../../package.json" with { type: "json" };
import { ErrorBody } from "./answers.ts";
import { type Operation, OPERATIONS } from "./operations.ts";

/** What a route tells of itself: as Elysia keeps it. */
export interface Route {
  readonly method: string;
  /** With its parameters as `:name`. */
  readonly path: string;
  readonly hooks?: { readonly body?: unknown; readonly params?: unknown };
}

const PAGING = [
  {
    name: "limit",
    in: "query",
    schema: { type: "integer", minimum: 1, maximum: 200, default: 50 },
  },
  {
    name: "cursor",
    in: "query",
    schema: { type: "string" },
    description: "The `next_cursor` of the page before.",
  },
  {
    name: "since",
    in: "query",
    schema: { type: "string" },
    description: "What has changed since: an earlier `as_of`, an event's id, or an instant.",
  },
];

const UPLOAD = {
  required: true,
  content: {
    "multipart/form-data": {
      schema: {
        type: "object",
        properties: { files: { type: "array", items: { type: "string", format: "binary" } } },
        required: ["files"],
      },
    },
  },
};

const ABOUT = `Put documents into a workspace, ask questions, get answers whose citations hold: for each,
\`text.slice(start, end)\` of its document's raw text is what was quoted. Progress and answers also come over the
WebSocket \`/ws?token=…\`, as JSON frames \`{type, payload, id?}\`.`;

/** The OpenAPI document of these routes; those that are described nowhere are the page and its like. */
export function describe(routes: readonly Route[]): object {
  const components: Components = new Map();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const operation = OPERATIONS[`${route.method} ${route.path}`];
    if (!operation) continue;
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    const methods = (paths[path] ??= {});
    methods[route.method.toLowerCase()] = named(describeOperation(route, operation), components);
  }
  return {
    openapi: "3.1.0",
    info: { title: "rag-engine", version, description: ABOUT },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: Object.fromEntries(components),
    },
  };
}

function describeOperation({ path, hooks }: Route, operation: Operation): object {
  const { id, summary, answers, open, list, parameters = [], upload } = operation;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", format: "uuid" },
  }));
  const body = upload ? UPLOAD : hooks?.body && { required: true, content: json(hooks.body) };
  const replies = new Map(Object.entries(answers).map(([status, each]) => [status, reply(each)]));
  const failure = { description: "It failed.", content: json(ErrorBody) };
  return {
    operationId: id,
    summary,
    ...(open ? { security: [] } : {}),
    parameters: [...inPath, ...(list ? PAGING : []), ...parameters],
    ...(body ? { requestBody: body } : {}),
    responses: { ...Object.fromEntries(replies), default: failure },
  };
}

function reply(answer: unknown): object {
  const description = "Done.";
  if (answer === null) return { description };
  return { description, content: typeof answer === "string" ? { [answer]: {} } : json(answer) };
}

function json(schema: unknown): object {
  return { "application/json": { schema } };
}

type Components = Map<string, unknown>;

/** As plain JSON, with each schema that has an `$id` in its place among the components. */
function named(value: unknown, components: Components): object {
  const plain: unknown = JSON.parse(JSON.stringify(value), (_name, part: unknown) => {
    if (typeof part !== "object" || part === null || !("$id" in part)) return part;
    const { $id, ...schema } = part;
    components.set(String($id), schema);
    return { $ref: `#/components/schemas/${String($id)}` };
  });
  return plain as object;
}
