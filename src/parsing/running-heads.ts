import type { Flow } from "./flow.ts";

/** Words that say no more than that a page is numbered. */
const PAGE_WORDS =
  /page|of|seite|von|trang|страница|стр|из|página|pagina|de|di|sur|strona|第|页|頁|共|ページ/gi;

/**
 * What stands at the head or the foot of pages: each text once, heads where they are told of, feet at the end, and
 * nothing of what says no more than which page it is.
 */
export class RunningHeads {
  private readonly known = new Set<string>();
  private readonly feet: string[] = [];

  constructor(private readonly flow: Flow) {}

  head(text: string): void {
    if (this.isNew(text)) this.flow.paragraph(text);
  }

  foot(text: string): void {
    if (this.isNew(text)) this.feet.push(text);
  }

  /** After all other text. */
  end(): void {
    for (const foot of this.feet) this.flow.paragraph(foot);
  }

  private isNew(text: string): boolean {
    if (this.known.has(text) || !/\p{L}/u.test(text.replace(PAGE_WORDS, ""))) return false;
    this.known.add(text);
    return true;
  }
}
