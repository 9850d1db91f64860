/** A sentence that only says that the sources do not answer, in the languages the engine speaks. */
const DENIAL = new RegExp(
  [
    // English
    "(?:sources?|documents?|passages?|texts?|context|information)(?![\\p{L}])[^.]{0,60}(?:(?:do|does|did) not|don['’]t|doesn['’]t|didn['’]t)(?: \\p{L}+ly)? (?:say|mention|state|contain|specify|provide|give|tell|answer|indicate|describe|address|cover|discuss|disclose|reveal|have)",
    "(?:sources?|documents?|passages?|texts?|context)[^.]{0,40}(?:contains?|provides?|gives?|offers?|says?|has|have) (?:no|nothing)(?!\\p{L})",
    "(?:there is|i (?:found|have|see)|i could find) (?:no|not enough|insufficient) (?:information|mention|details?|answer|data)",
    "not (?:mentioned|stated|specified|provided|given|described|covered|contained|answered) (?:in|by) (?:(?:the|any|any of the|these|your|given|provided|available) ){0,3}(?:sources?|documents?|texts?|context|passages?)",
    "i (?:cannot|can['’]t|am unable to|could not|couldn['’]t)(?: \\p{L}+)? (?:answer|find|determine|tell)",
    // Vietnamese
    "(?:nguồn|tài liệu|văn bản|đoạn văn)[^.]{0,50}không (?:hề |có )?(?:nói|đề cập|nhắc|nêu|cho biết|cung cấp|chứa|thông tin|trả lời)",
    "không (?:có|tìm thấy|đủ|tìm được) (?:đủ )?(?:thông tin|câu trả lời|dữ liệu)",
    // Russian
    "(?:источник|документ|текст|материал)\\p{L}*[^.]{0,60}(?:не (?:говор|упомина|упомян|указ|содерж|сообща|привод|отвеча)|нет (?:информации|сведений|данных|ответа|упоминани))",
    "(?:нет|недостаточно|не нашл\\p{L}+|не нашел) (?:информации|сведений|данных|ответа)",
    // Chinese
    "(?:来源|來源|文档|文檔|文件|资料|資料|文中|原文|文本)[^。]{0,30}(?:没有|沒有|未|不)(?:有)?(?:提到|提及|说明|說明|包含|给出|給出|指出|提供|涉及|回答|说|說)",
    "(?:没有|沒有|无|無|缺乏|找不到)(?:足够|相关|足夠|相關)?的?(?:信息|資訊|资料|資料|内容|內容)",
    // Japanese
    "(?:出典|資料|文書|文章|ソース|ドキュメント)[^。]{0,40}(?:記載|書かれて|言及|述べ|含まれ|情報)[^。]{0,10}(?:ありません|いません|ない|なかった)",
  ].join("|"),
  "iu",
);

/** Whether a sentence says that there is no answer, rather than answers. Pure. */
export function isDenial(sentence: string): boolean {
  return DENIAL.test(sentence);
}

/** A model that keeps to its instruction, or nearly. */
export const SAYS_NO_ANSWER = /NO[_ ]ANSWER|^[\s"'*`]*[Nn]o[_ ][Aa]nswer[\s"'*`.!]*$/u;
