/** The letters beyond ASCII that languages of the single-byte Latin code pages use, in lower case. */
export const WESTERN = [
  "éèàêçùâîôûëïœüæ", // French
  "üäöß", // German
  "óíáéñúü", // Spanish
  "ãçéáíêóõâôàú", // Portuguese
  "èéàùòìóí", // Italian
  "åäöøæéü", // Nordic
  "éëïèöüáóê", // Dutch
];

export const CENTRAL_EUROPEAN = [
  "ąęłóśżćńź", // Polish
  "íáěéýčžšřůúďťňóôľĺŕä", // Czech, Slovak
  "áéöóőüíúű", // Hungarian
  "čšžćđ", // Croatian, Slovenian
  "ăâîșțşţ", // Romanian
];

export const TURKISH = ["ıüşçğöâî"];

export const BALTIC = [
  "ėšžįųūąčę", // Lithuanian
  "āīēšūņļžģķč", // Latvian
  "äõüöšž", // Estonian
];

/** Most frequent first. */
export const RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё";

/** Letters of Ukrainian, Belarusian, Serbian and Macedonian that Russian has not. */
export const OTHER_CYRILLIC = "іїєґўђћљњџјѕ";

/** The characters that make up about half of any Chinese, Japanese or Korean text, kana aside. */
export const FREQUENT_HAN = new Set(
  "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运" +
    "這個們來為國說時會對於著後裡種經麼學現當沒動還進樣從實軍無與長機間關點業將兩問應戰頭體產話給門東聲員處義幾認條氣題爾別變總電數報結務場計資許統區隊決馬書則聽達強難權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運庫檢測試檔產數據網頁請選擇" +
    "会円年月日名前東京都大阪市県区町村番号電話株式会社部長様氏田中佐藤鈴木高橋子男女住所生年齢性別郎美山川本井野村島松原石森池橋口新対応図実際売買価格計合税込請求書見積受注発行担当者方法入力出力" +
    "库检索测试文档中文字编码客户订单价格数量姓名地址电话邮箱北京上海广州深圳公司",
);

export const FREQUENT_HANGUL = new Set(
  "이다는의에을가고하지를은한로사기인나어도시리서자들그정대아라일수것부으해니스해전있주과보상전제성여만장조원면았었습니까세국동비용무구화문계선생연경관공업회교안명신때년월와게중치내우소말음체우내오모적요위되된될및등입니다한국어서울부산",
);
