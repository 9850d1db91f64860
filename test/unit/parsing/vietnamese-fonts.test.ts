import { utils, write } from "@e965/xlsx";
import { describe, expect, test } from "bun:test";
import { readingOfFont, readingOfTexts } from "../../../src/parsing/encoding/vietnamese-fonts.ts";
import { buildDocx } from "../../support/docx.ts";
import { readPages } from "../../support/read-pages.ts";

const MOTTO = "Độc lập - Tự do - Hạnh phúc";
const TCVN3 = "§éc lËp - Tù do - H¹nh phóc";
const VNI = "Ñoäc laäp - Töï do - Haïnh phuùc";
const TONES =
  "à ả ã á ạ ằ ẳ ẵ ắ ặ ầ ẩ ẫ ấ ậ è ẻ ẽ é ẹ ề ể ễ ế ệ ì ỉ ĩ í ị ò ỏ õ ó ọ ồ ổ ỗ ố ộ ờ ở ỡ ớ ợ ù ủ ũ ú ụ ừ ử ữ ứ ự ỳ ỷ ỹ ý ỵ đ ă â ê ô ơ ư";

describe("what a font of Vietnam's time before Unicode shows", () => {
  test.each([
    [".VnTime", TCVN3, MOTTO],
    [
      ".VnTime",
      "Céng hoµ x· héi chñ nghÜa, tr­êng ®¹i häc",
      "Cộng hoà xã hội chủ nghĩa, trường đại học",
    ],
    [".VnTimeH", "bé gi¸o dôc vµ ®µo t¹o", "BỘ GIÁO DỤC VÀ ĐÀO TẠO"],
    [
      ".VnArial",
      "µ ¶ · ¸ ¹ » ¼ ½ ¾ Æ Ç È É Ê Ë Ì Î Ï Ð Ñ Ò Ó Ô Õ Ö × Ø Ü Ý Þ ß á â ã ä å æ ç è é ê ë ì í î ï ñ ò ó ô õ ö ÷ ø ù ú û ü ý þ ® ¨ © ª « ¬ \u00ad",
      TONES,
    ],
    [".VnTime", "\uf0a7\uf0e9c", "Độc"],
    ["VNI-Times", VNI, MOTTO],
    [
      "VNI-Helve",
      "aø aû aõ aù aï aè aú aü aé aë aà aå aã aá aä eø eû eõ eù eï eà eå eã eá eä ì æ ó í ò oø oû oõ où oï oà oå oã oá oä ôø ôû ôõ ôù ôï uø uû uõ uù uï öø öû öõ öù öï yø yû yõ yù î ñ aê aâ eâ oâ ô ö",
      TONES,
    ],
    ["VNI-Times", "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"],
    [".VnTime", MOTTO, MOTTO],
    ["VNI-Times", MOTTO, MOTTO],
  ])("%s: %s", (font, typed, shown) => {
    expect(readingOfFont(font)?.(typed)).toBe(shown);
  });

  test.each(["Times New Roman", "Vnu Times", "UVnTime", "SVN-Arial", ""])("not %p", (font) => {
    expect(readingOfFont(font)).toBeUndefined();
  });
});

describe("texts whose fonts are not known", () => {
  const typed = "tr­êng ®¹i häc kinh tÕ quèc d©n, kÕ to¸n tr­ëng".split(" ");

  test.each([
    ["TCVN3", typed, "kÕ to¸n", "kế toán"],
    ["VNI", "keá toaùn tröôûng tröôøng ñaïi hoïc".split(" "), "keá toaùn", "kế toán"],
  ])("%s", (_, texts, text, shown) => {
    expect(readingOfTexts(texts)?.(text)).toBe(shown);
  });

  test.each([
    ["Unicode", [...typed, "Đại học kế toán"]],
    ["Vietnamese of letters that Latin has", ["là", "có", "và", "thì", "cá", "nhà", "bé"]],
    ["French", ["été", "déjà", "où", "être", "garçon", "élève", "là", "voilà", "forêt", "Noël"]],
    ["German", ["für", "über", "schön", "Straße", "Bär", "Tür", "grün", "größer"]],
    ["signs", ["5 µm", "m²", "±3", "§ 5", "10°C", "©", "x·y", "a×b", "2µ"]],
    ["too little to tell", typed.slice(0, 3)],
  ])("not %s", (_, texts) => {
    expect(readingOfTexts(texts)).toBeUndefined();
  });
});

describe("files with such fonts", () => {
  const run = (text: string, font = "") =>
    `<w:r><w:rPr>${font && `<w:rFonts w:ascii="${font}" w:hAnsi="${font}"/>`}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
  const style = (id: string, font: string, type = "paragraph") =>
    `<w:style w:type="${type}" w:styleId="${id}"><w:rPr><w:rFonts w:hAnsi="${font}"/></w:rPr></w:style>`;
  const styles = `<w:styles><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:hAnsi=".VnTime"/></w:rPr></w:rPrDefault></w:docDefaults>${style("Vni", "VNI-Times")}${style("Plain", "Arial")}</w:styles>`;

  test.each([
    ["a run's own", `<w:p>${run(TCVN3, ".VnTime")}</w:p>`, ""],
    ["its paragraph's", `<w:p><w:pPr><w:pStyle w:val="Vni"/></w:pPr>${run(VNI)}</w:p>`, styles],
    ["the document's", `<w:p>${run(TCVN3)}</w:p>`, styles],
    [
      "another one over it",
      `<w:p>${run(MOTTO.slice(0, 3), "Arial")}${run(TCVN3.slice(3))}</w:p>`,
      styles,
    ],
  ])("Word: %s", async (_, body, stylesXml) => {
    expect(await readPages("a.docx", buildDocx(body, { styles: stylesXml || styles }))).toEqual([
      MOTTO,
    ]);
  });

  test("Word: no font of the theme is one", async () => {
    const themed = '<w:r><w:rPr><w:rFonts w:hAnsiTheme="minorHAnsi"/></w:rPr><w:t>café</w:t></w:r>';
    const bytes = buildDocx(`<w:p>${themed}</w:p>`, { styles });
    expect(await readPages("a.docx", bytes)).toEqual(["café"]);
  });

  test("rich text", async () => {
    const fonts = String.raw`{\fonttbl{\f0 Arial;}{\f1\fcharset163 .VnTime;}{\f2\fcharset0 VNI-Times{\*\falt Arial};}}`;
    const escaped = (text: string) =>
      text.replace(/[\x80-\xff]/g, (sign) => `\\'${sign.charCodeAt(0).toString(16)}`);
    const rtf = `{\\rtf1\\ansi${fonts}\\f1 ${escaped(TCVN3)}\\par\\f2 ${escaped(VNI)}\\par\\f1 \\u167 ?\\'e9c\\par\\f0 caf\\'e9}`;
    expect(await readPages("a.rtf", Buffer.from(rtf))).toEqual([
      `${MOTTO}\n\n${MOTTO}\n\nĐộc\n\ncafé`,
    ]);
  });

  test("a workbook", async () => {
    const rows = [
      ["Sè", "Hä vµ tªn", "§¬n vÞ"],
      [1, "NguyÔn V¨n ThÞnh", "Phßng kÕ to¸n"],
    ];
    const book = { SheetNames: ["S"], Sheets: { S: utils.aoa_to_sheet(rows) } };
    for (const bookType of ["xls", "xlsx"] as const) {
      const bytes = write(book, { type: "buffer", bookType }) as Buffer;
      expect(await readPages(`a.${bookType}`, bytes)).toEqual([
        "# S\n\n| Số | Họ và tên | Đơn vị |\n| --- | --- | --- |\n| 1 | Nguyễn Văn Thịnh | Phòng kế toán |",
      ]);
    }
  });

  test("OpenDocument", async () => {
    const fodt = `<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles><style:style style:name="P1" style:family="paragraph"><style:text-properties style:font-name=".VnTime"/></style:style><style:style style:name="T1" style:family="text"><style:text-properties style:font-name="VNI-Times"/></style:style></office:automatic-styles><office:body><office:text><text:p text:style-name="P1">${TCVN3}<text:span text:style-name="T1"> ${VNI}</text:span></text:p></office:text></office:body></office:document>`;
    expect(await readPages("a.fodt", Buffer.from(fodt))).toEqual([`${MOTTO} ${MOTTO}`]);
  });
});
