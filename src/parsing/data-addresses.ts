/** Pictures that Markdown, or a notebook's cell, holds itself, with their descriptions, which stay. No run is longer than an address can be. */
const PICTURE = /!\[([^\]\n]{0,500})\]\(<?(?:data|attachment):[^)\s]*\)?/gi;
/** Where Markdown, or HTML within it, refers to one. */
const REFERENCE = /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]{0,20}<?data:\S*[ \t]*$\n?/gim;
const ADDRESS = /data:[a-z]+\/[a-z0-9.+-]{1,60}(?:;[a-z0-9=-]{1,60}){0,4};base64,[a-z0-9+/=%]*/gi;

/** Markdown without the files that it holds as base64. */
export function withoutDataAddresses(markdown: string): string {
  if (!/data:|attachment:/i.test(markdown)) return markdown;
  return markdown.replace(PICTURE, "$1").replace(REFERENCE, "").replace(ADDRESS, "");
}
