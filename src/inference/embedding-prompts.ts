/** What an embedding model wants to have before a question and before a part of a document, to tell one from the other. */
export interface EmbeddingPrompts {
  readonly question: string;
  readonly document: string;
}

const NONE: EmbeddingPrompts = { question: "", document: "" };
const BGE = "Represent this sentence for searching relevant passages: ";
const TASK = "Instruct: Given a question, retrieve passages that answer the question\nQuery: ";

/** By the model's name, as its own card says; the first that fits. No endpoint tells it, and most put nothing there. */
const PROMPTS: readonly (readonly [name: RegExp, prompts: EmbeddingPrompts])[] = [
  [/\be5-.*instruct|qwen3-embedding/, { question: TASK, document: "" }],
  [/\be5-/, { question: "query: ", document: "passage: " }],
  [/nomic-embed-text/, { question: "search_query: ", document: "search_document: " }],
  [
    /embeddinggemma/,
    { question: "task: search result | query: ", document: "title: none | text: " },
  ],
  [/arctic-embed.*v2/, { question: "query: ", document: "" }],
  [/arctic-embed|mxbai-embed-large|bge-(?:small|base|large)-en/, { question: BGE, document: "" }],
  [
    /bge-(?:small|base|large)-zh/,
    { question: "为这个句子生成表示以用于检索相关文章：", document: "" },
  ],
];

/** What to put before the texts that a model of this name embeds; nothing for a model that wants nothing. */
export function promptsOf(model: string): EmbeddingPrompts {
  const name = model.toLowerCase();
  return PROMPTS.find(([pattern]) => pattern.test(name))?.[1] ?? NONE;
}
