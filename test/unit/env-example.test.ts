import { expect, test } from "bun:test";
import { join } from "node:path";
import { SETTINGS } from "../../src/config/settings.ts";

const ROOT = join(import.meta.dir, "../..");

/** What the image itself says. */
const OF_THE_IMAGE = ["PORT", "HOST", "DATA_DIR"];

test(".env.example, the README and compose.yaml name every setting, and no other", async () => {
  const names = SETTINGS.map((setting) => setting.name as string);
  const example = await Bun.file(join(ROOT, ".env.example")).text();
  const named = [...example.matchAll(/^#([A-Z0-9_]+)=/gm)].map((match) => match[1]);
  expect(named).toEqual(names);
  const readme = await Bun.file(join(ROOT, "README.md")).text();
  for (const name of names) expect(readme).toContain(`\`${name}\``);
  const compose = await Bun.file(join(ROOT, "compose.yaml")).text();
  const told = (name: string) => new RegExp(`^ +${name}:`, "m").test(compose);
  expect(names.filter((name) => !told(name))).toEqual(OF_THE_IMAGE);
});
