import { attributeOf, childOf, childrenOf, type Element } from "../../markup.ts";
import { isOn, valueOf } from "../ooxml/package.ts";

const INSTRUCTION_CHARS_MAX = 40;
const PAGE_NUMBER = /^\s*(PAGE|NUMPAGES|SECTIONPAGES)\b/i;

interface Field {
  instruction: string;
  /** Its instruction is over: what follows is what it shows. */
  isShown: boolean;
}

/** The fields that are open at a place of the text, be they begun paragraphs ago: instruction, then result. */
export class Fields {
  private readonly open: Field[] = [];
  private instructions = 0;
  private pageNumbers = 0;

  /** @returns what a form's field shows by itself */
  mark(character: Element): string {
    const type = attributeOf(character, "fldCharType");
    if (type === "separate") this.show();
    if (type === "end") this.close();
    if (type !== "begin") return "";
    this.open.push({ instruction: "", isShown: false });
    this.instructions++;
    return formOf(childOf(character, "ffdata"));
  }

  instruct(text: string): void {
    const field = this.open.at(-1);
    if (field && field.instruction.length < INSTRUCTION_CHARS_MAX) field.instruction += text;
  }

  /** Text here is part of another field's instruction. */
  get isHidden(): boolean {
    const innermost = this.open.at(-1);
    return this.instructions > (innermost && !innermost.isShown ? 1 : 0);
  }

  /** Text here is the number of a page. */
  get isPageNumber(): boolean {
    return this.pageNumbers > 0;
  }

  /** An instruction ends with its paragraph, so that one that is never ended hides nothing. */
  endParagraph(): void {
    while (this.open.length > 0 && !this.open.at(-1)?.isShown) this.close();
  }

  private show(): void {
    const field = this.open.at(-1);
    if (!field || field.isShown) return;
    field.isShown = true;
    this.instructions--;
    if (PAGE_NUMBER.test(field.instruction)) this.pageNumbers++;
  }

  private close(): void {
    const field = this.open.pop();
    if (!field) return;
    if (!field.isShown) this.instructions--;
    else if (PAGE_NUMBER.test(field.instruction)) this.pageNumbers--;
  }
}

/** Whether a field that is written in one element shows the number of a page. */
export function isPageNumber(simpleField: Element): boolean {
  return PAGE_NUMBER.test(attributeOf(simpleField, "instr") ?? "");
}

/** A box that is ticked or not, or what is chosen of a list; the text of a form follows as a result. */
function formOf(form: Element | undefined): string {
  const box = childOf(form, "checkbox");
  if (box) return isOn(childOf(box, "checked") ?? childOf(box, "default")) ? "☒" : "☐";
  const list = childOf(form, "ddlist");
  if (!list) return "";
  const chosen = Number(valueOf(list, "result") ?? valueOf(list, "default") ?? 0);
  const entry = childrenOf(list, "listentry")[chosen];
  return attributeOf(entry, "val") ?? "";
}
