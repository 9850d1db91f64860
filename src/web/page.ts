import { createHash } from "node:crypto";
import apiScript from "./app/api.js" with { type: "text" };
import chatScript from "./app/chat.js" with { type: "text" };
import deskScript from "./app/desk.js" with { type: "text" };
import documentsScript from "./app/documents.js" with { type: "text" };
import domScript from "./app/dom.js" with { type: "text" };
import liveScript from "./app/live.js" with { type: "text" };
import lookScript from "./app/look.js" with { type: "text" };
import mainScript from "./app/main.js" with { type: "text" };
import pageTextScript from "./app/page-text.js" with { type: "text" };
import progressScript from "./app/progress.js" with { type: "text" };
import readerScript from "./app/reader.js" with { type: "text" };
import tokenScript from "./app/token.js" with { type: "text" };
import skeleton from "./index.html" with { type: "text" };
import style from "./style.css" with { type: "text" };

// Each module comes behind those it imports.
const MODULES = [
  domScript,
  tokenScript,
  apiScript,
  liveScript,
  lookScript,
  progressScript,
  pageTextScript,
  readerScript,
  documentsScript,
  chatScript,
  deskScript,
  mainScript,
];

const script = `"use strict";\n(() => {\n${MODULES.map(joined).join("\n")}\n})();`;

/** The modules share one script, and so one scope: what they import and export is already there. */
function joined(module: string): string {
  return module.replaceAll(/^import [^;]*;$/gmu, "").replaceAll(/^export /gmu, "");
}

// Bun's types take every .html for a bundle; imported as text it is a string.
const html = skeleton as unknown as string;

/** The web page: one HTML document that needs nothing else, UTF-8. It holds no data and no secret. */
export const pageHtml: string = html
  .replace(/<style>.*?<\/style>/su, () => `<style>${style}</style>`)
  .replace(/<script>.*?<\/script>/su, () => `<script>${script}</script>`);

/** The `Content-Security-Policy` to serve it with: this very script and style, this server, nothing else. */
export const pageSecurityPolicy: string = [
  "default-src 'none'",
  `script-src '${hashOf(script)}'`,
  `style-src '${hashOf(style)}'`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
