/** Letters of ASCII that make a token, about; every other character may be a token by itself. */
const ASCII_PER_TOKEN = 4;

/** How many tokens a text has at most, about, whatever the model. */
export function approximateTokens(text: string): number {
  const others = text.match(/[^\0-\x7f]/g)?.length ?? 0;
  return Math.ceil((text.length - others) / ASCII_PER_TOKEN) + others;
}

/** The beginning of a text, of about so many tokens at most. */
export function cutToTokens(text: string, tokensMax: number): string {
  const tokens = approximateTokens(text);
  if (tokens <= tokensMax) return text;
  return text.slice(0, Math.floor((text.length * tokensMax) / tokens)).toWellFormed();
}
