/** The upper halves of encodings of single bytes that TextDecoder does not know: DOS's, and Vietnam's before Unicode. */
const UPPER_HALVES = {
  ibm850:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
  ibm852:
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐" +
    "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0",
  viscii:
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ" +
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
  tcvn3:
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ" +
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ",
} as const;

/** An encoding that is decoded here; VNI writes a letter's marks as a letter of their own after it. */
export type OwnEncoding = keyof typeof UPPER_HALVES | "vni";

/** The text of bytes in an encoding that TextDecoder does not know. */
export function decodeOwn(encoding: OwnEncoding, bytes: Uint8Array): string {
  if (encoding === "vni") return decodeVni(bytes);
  const upperHalf = UPPER_HALVES[encoding];
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString("latin1")
    .replace(/[\x80-\xff]/g, (char) => upperHalf[char.charCodeAt(0) - 0x80] ?? char)
    .normalize("NFC");
}

export function isOwn(encoding: string): encoding is OwnEncoding {
  return encoding === "vni" || Object.hasOwn(UPPER_HALVES, encoding);
}

/** What the letters of windows-1252 after a vowel mean: a tone alone, or a circumflex or breve with or without one. */
const MARKS = new Map([
  ...marksOf("ùøûõï", ""),
  ...marksOf("áàåãä", "\u0302"),
  ...marksOf("éèúüë", "\u0306"),
  ["â", "\u0302"],
  ["ê", "\u0306"],
]);
/** Letters that bear marks of their own. */
const LETTERS = new Map([
  ["ô", "ơ"],
  ["ö", "ư"],
  ["ñ", "đ"],
  ["í", "í"],
  ["ì", "ì"],
  ["æ", "ỉ"],
  ["ó", "ĩ"],
  ["ò", "ị"],
  ["î", "ỵ"],
]);

/** The tones in their order: acute, grave, hook, tilde, dot below. */
function marksOf(letters: string, shape: string): [string, string][] {
  const tones = "\u0301\u0300\u0309\u0303\u0323";
  return [...letters].map((letter, at) => [letter, shape + tones.charAt(at)]);
}

function decodeVni(bytes: Uint8Array): string {
  return new TextDecoder("windows-1252")
    .decode(bytes)
    .replace(
      /([aeouyôö])([ùøûõïâáàåãäêéèúüë])|[ôöñíìæóòî]/gi,
      (written, vowel: string | undefined, mark: string | undefined) =>
        vowel && mark
          ? letterOf(vowel) + (MARKS.get(mark.toLowerCase()) ?? mark)
          : letterOf(written),
    )
    .normalize("NFC");
}

function letterOf(char: string): string {
  const small = char.toLowerCase();
  const letter = LETTERS.get(small) ?? small;
  return char === small ? letter : letter.toUpperCase();
}
