import { tcvn3Text, vniText } from "./vietnamese-fonts.ts";

/** The upper halves of encodings of single bytes that TextDecoder does not know: DOS's, and Vietnam's of before Unicode. */
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
} as const;

/** An encoding that is decoded here. TCVN3 and VNI are those of fonts as well. */
export type OwnEncoding = keyof typeof UPPER_HALVES | "tcvn3" | "vni";

/** The text of bytes in an encoding that TextDecoder does not know. */
export function decodeOwn(encoding: OwnEncoding, bytes: Uint8Array): string {
  if (encoding === "vni") return vniText(new TextDecoder("windows-1252").decode(bytes));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  if (encoding === "tcvn3") return tcvn3Text(text);
  const upperHalf = UPPER_HALVES[encoding];
  return text.replace(/[\x80-\xff]/g, (char) => upperHalf[char.charCodeAt(0) - 0x80] ?? char);
}

export function isOwn(encoding: string): encoding is OwnEncoding {
  return encoding === "tcvn3" || encoding === "vni" || encoding in UPPER_HALVES;
}
