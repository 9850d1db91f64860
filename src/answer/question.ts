/** A question of a conversation and what was answered, as far as later questions may lean on it. */
export interface Turn {
  /** As the user wrote it. */
  readonly asked: string;
  /** What it was taken to mean, where that was found out. */
  readonly resolved?: string;
  /** Absent where none came, or where the documents did not say. */
  readonly answer?: string;
}

/** A question as it was asked, and as it can be understood without its conversation. */
export interface Question {
  /** As the user wrote it: the answer is in this language. */
  readonly asked: string;
  /** What is searched for; the same as `asked` unless it leant on what was said before. */
  readonly resolved: string;
  /** What was said before, oldest first. */
  readonly history: readonly Turn[];
}

/** The text that tells in which language to answer: "2021?" is in none, what it stands for is. */
export function spokenText({ asked, resolved }: Pick<Question, "asked" | "resolved">): string {
  return /\p{L}/u.test(asked) ? asked : resolved;
}
