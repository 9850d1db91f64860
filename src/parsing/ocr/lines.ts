/** Recognised lines without their trailing blanks, at most one empty line between two, none around them. */
export function tidyLines(text: string): string {
  return text
    .replaceAll("\r", "")
    .replace(/[^\S\n]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
