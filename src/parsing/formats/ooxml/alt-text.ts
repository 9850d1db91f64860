import { pictureOf } from "../../markdown.ts";
import { attributeOf, type Element } from "../../markup.ts";

/** What stands for a picture in the text: the description that it bears. */
export function altTextOf(properties: Element): string {
  const described = attributeOf(properties, "descr") || attributeOf(properties, "title") || "";
  return pictureOf(described);
}
