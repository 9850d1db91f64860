import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeMarkup } from "../../../src/parsing/encoding/decode-markup.ts";
import { decodeText } from "../../../src/parsing/encoding/decode.ts";
import { encodeAs, encodeWindows1258 } from "../../support/encode.ts";

const VIETNAMESE =
  "Điều 1. Người lao động được nghỉ phép năm mười hai ngày làm việc, hưởng nguyên lương theo hợp đồng lao động.";
const RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю.";
const FRENCH =
  "Le cœur déçu mais l'âme plutôt naïve, Louÿs rêva de crapaüter en canoë au delà des îles.";
const GERMAN = "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.";
const POLISH = "Zażółć gęślą jaźń, a potem idź do sklepu po świeży chleb.";

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, "utf16le"));
  if (!littleEndian) Buffer.from(bytes.buffer).swap16();
  return bytes;
}

function utf32(text: string, littleEndian: boolean): Uint8Array {
  const points = [...text].map((char) => char.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(points.length * 4));
  points.forEach((point, index) => view.setUint32(index * 4, point, littleEndian));
  return new Uint8Array(view.buffer);
}

function withMark(bytes: Uint8Array, ...mark: number[]): Uint8Array {
  return Uint8Array.from([...mark, ...bytes]);
}

describe("Unicode", () => {
  const text = `${VIETNAMESE}\n日本語 한국어 ไทย 😀\n`;
  const cases: [string, Uint8Array][] = [
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", withMark(Buffer.from(text), 0xef, 0xbb, 0xbf)],
    ["UTF-16 LE with a mark", withMark(utf16(text, true), 0xff, 0xfe)],
    ["UTF-16 BE with a mark", withMark(utf16(text, false), 0xfe, 0xff)],
    ["UTF-16 LE", utf16(text, true)],
    ["UTF-16 BE", utf16(text, false)],
    ["UTF-32 LE", utf32(text, true)],
    ["UTF-32 BE with a mark", withMark(utf32(text, false), 0, 0, 0xfe, 0xff)],
  ];
  for (const [name, bytes] of cases) {
    test(`${name} is read as it is`, () => expect(decodeText(bytes)).toBe(text));
  }

  test("plain English in UTF-16 without a mark is no Chinese", () => {
    const english = "The quick brown fox jumps over the lazy dog.";
    expect(decodeText(utf16(english, true))).toBe(english);
    expect(decodeText(utf16(english, false))).toBe(english);
  });

  test("GB18030 with a mark is read as it says", () => {
    const bytes = withMark(Buffer.from("d6d0cec4", "hex"), 0x84, 0x31, 0x95, 0x33);
    expect(decodeText(bytes)).toBe("中文");
  });

  test("a character that lies across the end of what is looked at is whole", () => {
    const long = `${"a".repeat(1024 * 1024 - 1)}ế`;
    expect(decodeText(Buffer.from(long)).at(-1)).toBe("ế");
  });

  test("one broken byte does not turn UTF-8 into something else", () => {
    const bytes = withMark(Buffer.from(VIETNAMESE), 0xff);
    expect(decodeText(bytes)).toBe(`\ufffd${VIETNAMESE}`);
  });
});

describe("single-byte code pages", () => {
  const cases: [Bun.Encoding, string][] = [
    ["windows-1251", RUSSIAN],
    ["koi8-r", RUSSIAN],
    ["ibm866", RUSSIAN],
    ["windows-1251", "Привет"],
    ["koi8-r", "Привет, мир"],
    ["windows-1252", FRENCH],
    ["windows-1252", GERMAN],
    [
      "windows-1252",
      "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia; añoraba… ¿a quién?",
    ],
    [
      "windows-1252",
      "À noite, vovô Kowalsky vê o ímã cair no pé do pinguim; são ações, não orações.",
    ],
    ["windows-1252", "Perché però così? Ciò che è più difficile può aspettare."],
    ["windows-1252", "Price: 10 € – “quoted” … it’s naïve"],
    ["windows-1252", "café"],
    ["windows-1252", "1½ cups"],
    ["windows-1252", "I’m here"],
    ["windows-1252", "“I’m sure,” she said – “it’s done…”"],
    ["windows-1252", "Let’s reason this out; jobs are created by those who don’t wait"],
    ["windows-1252", "1… Message\n2… Signature"],
    ["windows-1252", "© 2011 Example »"],
    ["iso-8859-15", "Das Angebot: 2212 €/m², zuzüglich Steuer"],
    ["iso-8859-15", "Un œuf et un bœuf, des mœurs"],
    ["iso-8859-5", RUSSIAN],
    ["iso-8859-6", "الناس أحرارا متساوين في الكرامة والحقوق وقد وهبوا عقلا وضميرا"],
    ["x-mac-cyrillic", `${RUSSIAN} Юля и Яна читают.`],
    ["windows-1250", POLISH],
    ["windows-1250", "Příliš žluťoučký kůň úpěl ďábelské ódy."],
    ["windows-1253", "Ταχίστη αλώπηξ βαφής ψημένη γη, δρασκελίζει υπέρ νωθρού κυνός."],
    ["windows-1254", "Pijamalı hasta yağız şoföre çabucak güvendi."],
    ["windows-874", "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า"],
  ];
  for (const [encoding, text] of cases) {
    test(`${encoding}: ${text.slice(0, 24)}`, () =>
      expect(decodeText(encodeAs(encoding, text))).toBe(text));
  }

  for (const text of [
    VIETNAMESE,
    "Việt Nam",
    "Tiếng Việt",
    "bạn",
    "họ và tên;địa chỉ\nNguyễn Văn Ánh;Đà Nẵng",
  ]) {
    test(`windows-1258: ${text.slice(0, 24)}`, () =>
      expect(decodeText(encodeWindows1258(text))).toBe(text));
  }
});

describe("what was written before Unicode and Windows", () => {
  const vietnamese = "Cộng hòa xã hội chủ nghĩa Việt Nam, độc lập, tự do, hạnh phúc";
  const cases: [name: string, hex: string, text: string][] = [
    [
      "VISCII",
      "43b56e672068f2612078e32068b569206368fc206e6768ee61205669ae74204e616d2c20f0b563206ca7702c2074f120646f2c2068d56e68207068fa63",
      vietnamese,
    ],
    [
      "DOS in German",
      "50728166756e672064657220477294e1653a2053747261e16520668172204675e167846e6765722c204b846c74652c20489468652081626572204772816e",
      "Prüfung der Größe: Straße für Fußgänger, Kälte, Höhe über Grün",
    ],
    [
      "DOS in Polish",
      "5a61bea288862067a9986ca5206a61abe42c20ab64ab62886f207069a9862088a264ab",
      "Zażółć gęślą jaźń, źdźbło pięć łódź",
    ],
  ];
  for (const [name, hex, text] of cases)
    test(name, () => expect(decodeText(Buffer.from(hex, "hex"))).toBe(text));

  // As it shows where nobody knows the encoding.
  const shown: [name: string, shown: string][] = [
    ["TCVN3", "Céng hßa x· héi chñ nghÜa ViÖt Nam, ®éc lËp, tù do, h¹nh phóc"],
    ["VNI", "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, ñoäc laäp, töï do, haïnh phuùc"],
  ];
  for (const [name, text] of shown)
    test(name, () => expect(decodeText(Buffer.from(text, "latin1"))).toBe(vietnamese));
});

describe("East Asian encodings", () => {
  // Bytes written by another program, as hexadecimal digits.
  const cases: [string, string, string][] = [
    [
      "gb18030",
      "人工智能正在改变世界，知识库检索系统能够回答用户的问题。",
      "c8cbb9a4d6c7c4dcd5fdd4dab8c4b1e4cac0bde7a3acd6aacab6bfe2bceccbf7cfb5cdb3c4dcb9bbbbd8b4f0d3c3bba7b5c4cecacce2a1a3",
    ],
    [
      "gb18030",
      "姓名,地址\n王小明,北京市海淀区",
      "d0d5c3fb2cb5d8d6b70acdf5d0a1c3f72cb1b1bea9cad0baa3b5edc7f8",
    ],
    [
      "big5",
      "人工智慧正在改變世界，知識庫檢索系統能夠回答使用者的問題。",
      "a448a475b4bcbc7aa5bfa662a7efc5dca540acc9a141aabec3d1ae77c0cbafc1a874b2ceafe0b0f7a65eb5aaa8cfa5ceaaccaabab0ddc344a143",
    ],
    [
      "big5",
      "姓名,地址\n陳大文,台北市信義區",
      "a96da6572ca661a77d0ab3afa46aa4e52ca578a55fa5abab48b871b0cf",
    ],
    [
      "shift_jis",
      "名前,年齢,住所\n佐藤太郎,三十,東京\n髙橋淳,四十,大阪",
      "96bc914f2c944e97ee2c8f5a8f8a0a8db293a191be98592c8e4f8f5c2c938c8b9e0aeee08bb48f7e2c8e6c8f5c2c91e58de3",
    ],
    [
      "shift_jis",
      "これはシフトJISで書かれた文書です。",
      "82b182ea82cd8356837483674a495382c58f9182a982ea82bd95b68f9182c582b78142",
    ],
    [
      "euc-jp",
      "これは日本語の文書です。東京都の人口は増えています。",
      "a4b3a4eca4cfc6fccbdcb8eca4cecab8bdf1a4c7a4b9a1a3c5ecb5fec5d4a4cebfcdb8fda4cfc1fda4a8a4c6a4a4a4dea4b9a1a3",
    ],
    ["iso-2022-jp", "日本語のメールです。", "1b2442467c4b5c386c244e2561213c256b2447243921231b2842"],
    [
      "euc-kr",
      "이 문서는 한국어로 작성되었습니다. 서울특별시 강남구",
      "c0cc20b9aebcadb4c220c7d1b1b9beeeb7ce20c0dbbcbab5c7befabdc0b4cfb4d92e20bcadbfefc6afbab0bdc320b0adb3b2b1b8",
    ],
    ["euc-kr", "이름,주소\n김철수,부산", "c0ccb8a72cc1d6bcd20ab1e8c3b6bcf62cbacebbea"],
  ];
  for (const [encoding, text, hex] of cases) {
    test(`${encoding}: ${text.slice(0, 12)}`, () =>
      expect(decodeText(new Uint8Array(Buffer.from(hex, "hex")))).toBe(text));
  }
});

describe("what is changed", () => {
  test("NUL goes, CRLF becomes LF, everything else stays", () => {
    expect(decodeText(Buffer.from("a\0b\r\n\r\n\tc  \r d\n"))).toBe("ab\n\n\tc  \r d\n");
  });

  test("lone surrogates become U+FFFD", () => {
    const bytes = withMark(Uint8Array.of(0x00, 0xd8, 0x41, 0x00), 0xff, 0xfe);
    expect(decodeText(bytes)).toBe("\ufffdA");
  });

  test("an empty file is an empty text", () => expect(decodeText(new Uint8Array())).toBe(""));
});

// Reads the shared sample documents where they are checked out beside the project.
const sample = join(import.meta.dir, "../../../../shared/documents/test_mskanji.csv");
if (existsSync(sample)) {
  test("a Japanese CSV written by Windows", () => {
    const text = decodeText(new Uint8Array(readFileSync(sample)));
    for (const word of ["名前", "佐藤太郎", "大阪", "髙橋淳"]) expect(text).toContain(word);
  });
}

describe("a file that two programs wrote", () => {
  const good = "Tiền thuê là 950 euro.\n";
  const latin = Buffer.from("Die Miete beträgt 950 Euro, fällig am Ersten.\n", "latin1");

  test("keeps its lines of UTF-8, and those of an older encoding", () => {
    const bytes = Buffer.concat([Buffer.from(good.repeat(5)), latin, Buffer.from(good)]);
    expect(decodeText(bytes)).toBe(
      `${good.repeat(5)}Die Miete beträgt 950 Euro, fällig am Ersten.\n${good}`,
    );
  });

  test("and a line of which a letter was cut stays UTF-8", () => {
    const cut = Buffer.from("Bên thuê trả tiền hàng tháng đều đặn").subarray(0, -1);
    expect(decodeText(Buffer.concat([Buffer.from(good), cut]))).toContain("Bên thuê trả tiền hàng");
  });
});

describe("what a page declares", () => {
  const page = (charset: string, text: Uint8Array) =>
    decodeMarkup(Buffer.concat([Buffer.from(`<meta charset="${charset}"><p>`), text])).slice(-6);

  test("is believed as far as its bytes bear it out", () => {
    const russian = encodeAs("windows-1251", "Привет");
    expect(page("windows-1251", russian)).toBe("Привет");
    expect(page("cp1251", russian)).toBe("Привет");
    expect(page("windows-1251", Buffer.from("Привет"))).toBe("Привет");
    expect(page("utf-7", Buffer.from("+BB8EQAQ4BDIENQRC-"))).toBe("Привет");
    expect(page("utf-8", encodeAs("windows-1251", "Привет, Привет"))).toBe("Привет");
    expect(page("gb2312", Buffer.from("Привет"))).toBe("Привет");
  });
});
