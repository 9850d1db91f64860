const FILLER = /\p{Default_Ignorable_Code_Point}/gu;
const FOREIGN_DIGIT = /(?!\d)\p{Nd}/gu;
const DIGIT = /\p{Nd}/u;

const INITIALS = /^\p{L}(?:\.\p{L})+$/u;
/** Of a version: `v1.2.3`. */
const PREFIX = /^v(?=\d+\.\d)/;

const GROUPED = /^(\d{1,3}(?:([.,'’])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?$/;
const ISO_DATE = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;
const DATE = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/;

/**
 * A text in compatibility form (NFKC), without characters that are not seen (soft hyphens, joiners, marks of
 * direction), with the digits of all scripts as 0 to 9. `№5` is two words.
 */
export function normalised(text: string): string {
  return text
    .replaceAll("№", "№ ")
    .normalize("NFKC")
    .replace(FILLER, "")
    .replace(FOREIGN_DIGIT, (digit) => String(valueOf(digit)));
}

/** Digits come in tens, each ten beginning at a code that ends in 0 or 6. */
function valueOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  const last = code & 0xf;
  return DIGIT.test(String.fromCodePoint(code - last)) ? last : last - 6;
}

/** `user_id`, `user-id` and `userId` are one name; `3,14` and `3.14` one number; `U.S.` and `US` one state. */
export function wholeOf(compound: string): string {
  const joined = compound.replace(INITIALS, (initials) => initials.replaceAll(".", ""));
  return joined
    .replace(/[-\u2010_'’]/g, "")
    .replaceAll(",", ".")
    .toLowerCase()
    .replace(PREFIX, "");
}

/**
 * The terms of a number with marks between its thousands, or of a date, alike in all its forms. Undefined for
 * anything else.
 */
export function numberTermsOf(compound: string): string[] | undefined {
  const [, grouped, , fraction] = GROUPED.exec(compound) ?? [];
  if (grouped) return groupedTerms(grouped.replace(/\D/g, ""), fraction);
  const [, year, , isoMonth, isoDay] = ISO_DATE.exec(compound) ?? [];
  if (year) return dateTerms(year, Number(isoMonth), Number(isoDay));
  const [, first, , second, lastYear] = DATE.exec(compound) ?? [];
  if (!lastYear) return undefined;
  // The day stands first for most people; where it cannot, the month does.
  return (
    dateTerms(lastYear, Number(second), Number(first)) ??
    dateTerms(lastYear, Number(first), Number(second))
  );
}

function groupedTerms(whole: string, fraction: string | undefined): string[] {
  return fraction ? [`${whole}.${fraction}`, whole, fraction] : [whole];
}

function dateTerms(year: string, month: number, day: number): string[] | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const [mm, dd] = [month, day].map((each) => String(each).padStart(2, "0"));
  return [`${year}${mm}${dd}`, year, String(month), String(day)];
}
