import { existsSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./folder.ts";

/** A browser is a rare thing on a server. */
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
/** It only bounds a hang. */
const SHOWN_MS = 45_000;

/** What `openPage` gives. */
export type Page = Awaited<ReturnType<typeof openPage>>;

/** A browser's view of the page; waits are for what a person would see. */
export async function openPage(url: string) {
  if (!CHROMIUM) throw new Error("There is no browser.");
  const complaints: string[] = [];
  const profile = temporaryFolder("chromium");
  const argv = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--user-data-dir=${profile}`,
  ];
  const view = new Bun.WebView({
    width: 1280,
    height: 860,
    backend: { type: "chrome", url: false, path: CHROMIUM, argv },
    console: (type, ...words) => {
      if (type === "error") complaints.push(words.map(String).join(" "));
    },
  });
  await view.navigate(url);
  const textOf = (selector: string) =>
    view.evaluate<string>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})]
        .filter((e) => e.checkVisibility()).map((e) => e.textContent).join("\\n")`,
    );
  const allOf = (selector: string) =>
    view.evaluate<string>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((e) => e.textContent).join("\\n")`,
    );
  return {
    complaints,
    evaluate: (script: string) => view.evaluate(script),
    /** As in a tab of its own: of the page before nothing goes on. */
    visit: async (address: string) => {
      await view.navigate("about:blank");
      await view.navigate(address);
    },
    shows: async (selector: string, text: string) => {
      const shown = async () => (await textOf(selector)).includes(text);
      await eventually(shown, { timeoutMs: SHOWN_MS }).catch(async (error: unknown) => {
        const seen = await view.evaluate<string>("document.body.innerText");
        throw new Error(`${selector} does not show “${text}”. Seen: ${seen}`, { cause: error });
      });
    },
    /** Waits until an element contains a text, be it in a list that is closed. */
    has: (selector: string, text: string) =>
      eventually(async () => (await allOf(selector)).includes(text), { timeoutMs: SHOWN_MS }),
    lacks: (selector: string, text: string) =>
      eventually(async () => !(await allOf(selector)).includes(text), { timeoutMs: SHOWN_MS }),
    texts: (selector: string) =>
      view.evaluate<string[]>(
        `[...document.querySelectorAll(${JSON.stringify(selector)})].map((e) => e.textContent)`,
      ),
    choose: (selector: string, value: string) =>
      view.evaluate(`(() => {
        const select = document.querySelector(${JSON.stringify(selector)});
        select.value = ${JSON.stringify(value)};
        select.dispatchEvent(new Event("change"));
      })()`),
    /**
     * Calls that are made from now on, told as `METHOD path`, are answered to the page when `release` is called;
     * those behind a `letPass` at once.
     */
    hold: async (calls: RegExp) => {
      const gate = JSON.stringify(crypto.randomUUID());
      await view.evaluate(holdScript(gate, calls));
      return {
        untilHeld: (count: number) =>
          eventually(() => view.evaluate(`window[${gate}].held === ${count}`)),
        letPass: () => view.evaluate(`window[${gate}].letPass()`),
        release: () => view.evaluate(`window[${gate}].release()`),
      };
    },
    drop: async (...files: File[]) => {
      const told = files.map(async (file) => [file.name, [...(await file.bytes())]]);
      await view.evaluate(`(() => {
        const dataTransfer = new DataTransfer();
        for (const [name, bytes] of ${JSON.stringify(await Promise.all(told))})
          dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
        dispatchEvent(new DragEvent("drop", { dataTransfer }));
      })()`);
    },
    ask: async (question: string) => {
      await view.click("#question");
      await view.type(question);
      await view.press("Enter");
    },
    /** Whether on a phone, too, nothing has to be pushed to and fro. */
    fitsPhone: async () => {
      const size = { width: 390, height: 844, deviceScaleFactor: 1, mobile: false };
      await view.cdp("Emulation.setDeviceMetricsOverride", size);
      return await view.evaluate<boolean>("document.body.scrollWidth <= document.body.clientWidth");
    },
    /** Ends the browser itself, and removes its folder when its last process has left it alone. */
    close: async () => {
      const pid = Number(readlinkSync(join(profile, "SingletonLock")).split("-").at(-1));
      await view.cdp("Browser.close").catch(() => undefined);
      await eventually(() => !isAlive(pid));
      await eventually(() => {
        rmSync(profile, { recursive: true, force: true });
        return true;
      });
    },
  };
}

/** @param gate the name of what holds, as JSON */
const holdScript = (gate: string, calls: RegExp) => `(() => {
  const fetchBefore = window.fetch;
  const { promise, resolve } = Promise.withResolvers();
  let holds = true;
  const letPass = () => void (holds = false);
  const release = () => void (letPass(), resolve());
  const gate = (window[${gate}] = { held: 0, letPass, release });
  window.fetch = async (path, init = {}) => {
    const isHeld = holds && ${String(calls)}.test((init.method ?? "GET") + " " + path);
    const response = await fetchBefore(path, init);
    if (!isHeld) return response;
    gate.held++;
    await promise;
    return response;
  };
})()`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
