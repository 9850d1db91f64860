import type { Flow } from "../../flow.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  type Element,
  textOf,
} from "../../markup.ts";
import type { OfficePackage, Relation } from "../ooxml/package.ts";
import { wordsOf } from "../ooxml/paragraphs.ts";

/** The names of those who remark on slides, by their ids. @param relations of the presentation */
export async function authorsOf(
  office: OfficePackage,
  relations: readonly Relation[],
): Promise<ReadonlyMap<string, string>> {
  const authors = new Map<string, string>();
  for (const { path } of relations.filter(({ type }) =>
    /^(?:commentAuthors|authors)$/.test(type),
  )) {
    const [list] = childrenOf(await office.xml(path));
    for (const author of childrenOf(list))
      authors.set(attributeOf(author, "id") ?? "", attributeOf(author, "name") ?? "");
  }
  return authors;
}

/** Writes the remarks on a slide, answers after what they answer. @param relations of the slide */
export async function writeComments(
  office: OfficePackage,
  relations: readonly Relation[],
  authors: ReadonlyMap<string, string>,
  flow: Flow,
): Promise<void> {
  for (const { path } of relations.filter(({ type }) => type === "comments")) {
    const [list] = childrenOf(await office.xml(path));
    for (const comment of childrenOf(list, "cm")) {
      for (const each of [comment, ...descendantsOf(comment, "reply")])
        flow.comment(authors.get(attributeOf(each, "authorId") ?? "") ?? "", saidIn(each));
    }
  }
}

/** PowerPoint has written them in two ways. */
function saidIn(comment: Element): string {
  const text = childOf(comment, "text");
  const body = childOf(comment, "txbody");
  return text ? textOf(text) : body ? wordsOf(body) : "";
}
