import type { Answer, Citation, Section } from "./citation.ts";

/** A section, and the white space that parts it from the one before. */
interface Part extends Section {
  readonly gap?: string;
}

/**
 * Puts an answer together. `metadata.citations` lists every distinct citation in the order of its first
 * use; `content` is the sections' text, each followed by `[n]` for its citations, n counting in that
 * list from 1. Two citations of one span are one.
 */
export function compose(parts: readonly Part[], usage?: Readonly<Record<string, number>>): Answer {
  const numbers = new Map<string, number>();
  const cited: Citation[] = [];
  const numberOf = (citation: Citation): number => {
    const key = `${citation.document_id} ${citation.start} ${citation.end}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, cited.push(citation));
    return cited.length;
  };
  const content = parts.map(({ text, citations, gap = "\n\n" }, index) => {
    const markers = [...new Set(citations.map(numberOf))].map((number) => `[${number}]`).join("");
    return (index === 0 ? "" : gap) + text + (markers && ` ${markers}`);
  });
  return {
    content: content.join(""),
    metadata: {
      sections: parts.map(({ text, citations }) => ({ text, citations })),
      citations: cited,
      ...(usage && { llm_usage: usage }),
    },
  };
}
