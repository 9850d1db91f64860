/** A document as a set has it. */
export interface SetDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface Query {
  readonly id: string;
  readonly text: string;
}

/** Document → how well it fits; above 0 is relevant. */
export type Grades = ReadonlyMap<string, number>;

/** A place where an answer stands: `text` of the document from `start` on, in UTF-16 units. */
export interface GoldAnswer {
  readonly text: string;
  readonly start: number;
}

/** A question whose answer is known; without any answer, the documents do not say. */
export interface GoldQuestion extends Query {
  readonly documentId: string | null;
  readonly answers: readonly GoldAnswer[];
}

/** Documents, and what is asked of them. */
export interface EvaluationSet {
  readonly name: string;
  readonly documents: readonly SetDocument[];
  /** Those that have a relevant document. */
  readonly queries: readonly Query[];
  /** By query. */
  readonly judgements: ReadonlyMap<string, Grades>;
  /** The files that the judgements come from. */
  readonly judgedIn: string;
  readonly questions: readonly GoldQuestion[];
}

/** What is wrong with a set or with the command, in one sentence for whoever gave it. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** A document as the file that is uploaded: its title, a blank line, its text, unless that begins with the title. */
export function fileTextOf({ title, text }: SetDocument): string {
  return title === "" || text.startsWith(title) ? text : `${title}\n\n${text}`;
}

/** Where a document's text begins in its file, in UTF-16 units. */
export function textStartOf(document: SetDocument): number {
  return fileTextOf(document).length - document.text.length;
}

/**
 * An offset as JavaScript counts. Sets are mostly made with Python, which counts a character outside of
 * the basic plane once, where UTF-16 has two units.
 */
export function unitOffset(text: string, answer: string, start: number): number {
  if (text.startsWith(answer, start)) return start;
  return Array.from(text).slice(0, start).join("").length;
}

/** The judgements' relevant documents are what a query can be measured by. */
export function isRelevant(grade: number): boolean {
  return grade > 0;
}
