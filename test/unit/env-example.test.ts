import { expect, test } from "bun:test";
import { join } from "node:path";
import { SETTINGS } from "../../src/config.ts";

const ROOT = join(import.meta.dir, "../..");

test(".env.example and the README name every setting, and no other", async () => {
  const names = SETTINGS.map((setting) => setting.name as string);
  const example = await Bun.file(join(ROOT, ".env.example")).text();
  const named = [...example.matchAll(/^#([A-Z0-9_]+)=/gm)].map((match) => match[1]);
  expect(named).toEqual(names);
  const readme = await Bun.file(join(ROOT, "README.md")).text();
  for (const name of names) expect(readme).toContain(`\`${name}\``);
});
