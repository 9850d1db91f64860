import type { Answer, Citation, Section } from "./citation.ts";

/** A section, and the white space that parts it from the one before. */
export interface Part extends Section {
  readonly gap?: string;
  /** Where in the text its markers stand, and what parts them from it; at its end, and a space. */
  readonly markersAt?: number;
  readonly markersGap?: string;
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
  const content = parts.map(({ gap = "\n\n", ...part }, index) => {
    const markers = [...new Set(part.citations.map(numberOf))].map((number) => `[${number}]`);
    return (index === 0 ? "" : gap) + withMarkers(part, markers.join(""));
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

function withMarkers(
  { text, markersAt = text.length, markersGap = " " }: Part,
  markers: string,
): string {
  return text.slice(0, markersAt) + (markers && markersGap + markers) + text.slice(markersAt);
}
