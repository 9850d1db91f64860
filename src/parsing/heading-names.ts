/** Built-in headings bear English names in every language; what other programs write may not. */
const HEADING =
  /^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|заголовок|başlık|tiêu đề|đầu đề|标题|標題|見出し|제목)\s*([1-9])$/i;

/** The level, from 1, of the headings that a style of this name is for; undefined if it is for none. */
export function levelOfStyleName(name: string): number | undefined {
  const trimmed = name.trim();
  if (/^title$/i.test(trimmed)) return 1;
  const level = HEADING.exec(trimmed)?.[1];
  return level === undefined ? undefined : Number(level);
}
