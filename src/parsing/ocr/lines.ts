/** Recognised lines without their trailing blanks, at most one empty line between two, none around them. */
export function tidyLines(text: string): string {
  return (
    text
      .replaceAll("\r", "")
      // Looked at from their first one alone: a line may be nothing but blanks before its last letter.
      .replace(/(?<![^\S\n])[^\S\n]+$/gm, "")
      .replace(/\n{3,}/g, "\n\n")
      .trim()
  );
}
