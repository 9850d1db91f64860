import { lineOf } from "../../markdown.ts";

/** What somebody wrote at a cell. @param author "" if nobody says who it was @param place of the cell: "B7" */
export function commentLine(author: string, place: string, text: string): string {
  return `${lineOf(`Comment ${author && `by ${author}`} on ${place}`)}: ${lineOf(text)}`;
}
