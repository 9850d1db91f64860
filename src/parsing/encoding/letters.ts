/**
 * The pairs of letters, of which one at least is beyond ASCII, that make up nearly all such pairs in the words of a
 * language of the single-byte Latin code pages; the most frequent first, "_" being a word's edge. Counted in the
 * translations of free programs. After a slash some of its small words, which stand beside.
 */
export const WESTERN = [
  "ré é_ ée dé éc ér _é à_ _à té né sé ét és pé éf ép êt mé lé _ê él ém èr tè éd gé vé éa fé ég ué ié én xé cé aî rè ès èt în èm iè év hé ôt lè éb rô ôl cô êm mê mè èl ît éj jà ôn pô éq dè ça èq nê oî cè hè éé âc rê zé uê éo rç tâ hô / la le les des du un une est et en de que pour dans par sur ce il qui ne pas nous vous votre avec", // French
  "fü ür än üs üb ül _ü lü gü rü tü üh ße kö ön _ä üt lö är ös üc rä üg hä lä mö äh wä ög rö öß üf öf ät äl mü tä nü uß _ö eä nö nä wü eß öt hö äg üp öc äu üm sä äc mä ör oß ß_ bä eö ün fä dü öh wö äd äß äs hü / der die das und ist den dem ein eine von zu mit auf im nicht sich wir sie ich es auch bei nach", // German
  "ón ió tá á_ ál ó_ vá rá nú ín lí úm má añ án ró ño ím ía sí ól có ña ód ló ún ác ás és ús só cí rí ám ág bú mé _ú úl ué eñ gú pá át tó dí _ó ét bó ór ér én ís _í _á ár mú é_ ío yú pú té úb mó ié nó ná tí íf ít áx vé úf ví íg º_ hé fí aí pó áf íc úa ós aú lé áq zó ú_ í_ _é nº íz íd lá uí né úc hú / el la los las de del que en un una por con para se su es al como lo le sus pero", // Spanish
  "ão çã nã aç é_ _é sí ív sã õe á_ çõ ár pç rá ál iç cç vá eç ça tá ço ór íd nú áv úm aí iá ên ém rã _í tó ím má té íc ní nç tã ín sá ác _ú _á âm _à áx à_ úl mó só ó_ uç mí já ná eú úd ág có mé dê ós ól pó rê bó sõ ód tí ít nâ cé rç él ún ét râ tõ tê ê_ pá íg º_ há êm cê uí ân uê áq dá mú ré ás óp lê ró nº bé ón ã_ ís át lé _º áf / o os de da dos das que em um uma por com para se na ao como mais", // Portuguese
  "è_ _è à_ tà ò_ uò ù_ iù é_ rà hé ià nù iò né rí / il la lo gli le di del della che e un una per con non si da al sono alla nel dei", // Italian
  "ör fö än är vä _ä å_ på lä äl rä ån rå _ö tä äg öv åt ät sä må ål ök ås tö lå nä äm hå jä sö öd fä äs kö kä _å år åg hä gä gå lö öl hö ös äv ön mä nå åd så äk få tå gö vå öp mö öj då rö bö äd öm ög / och att det som en den av till med om inte ett har de jag kan vi ska eller hans", // Swedish
  "å_ ør på ær fø _å tø væ æn læ år nå må ræ øg sæ æt ér æs nø jø lå øt rå åd øl æl øk sø hø så rø ås hå øj ån lø øv _æ mæ øy kø øn gå _ø ød mø ål æv gæ åv øm åe næ øb hæ tå åb åt dø åp æk pø té få vå _é bå øs kæ gø én jæ dæ ré åk lé vé tæ fæ æf / og det som en den af av til med ikke et har de jeg kan vi skal eller er", // Danish, Norwegian
  "ä_ tä ää äy mä kä sä än äl är nä vä pä jä ät lä äi äm tö yö ö_ äo äs öt äk rä äv iä ön kö äj äh ös lö äp nö _ä ök öy iö äd öi äe / ja ei se oli ett mutta kun ovat voi sen joka tai niin kuin", // Finnish
  "eï ïn ië én _é éé ër eë ën ëi ë_ ël vó óó ór vé oë é_ ëx ïm ég må ål és uï ïs aï ït tá á_ / de het een en van dat op te met voor niet zijn er aan ook als bij naar uit wordt", // Dutch
  "ð_ ið að á_ _á _þ ða _í í_ rá _ó ðu rð eð þe ís ði ál lý ák tá má ýð lá væ íl ðv _ú tó ðs öl ás gö ók óð óv lí ær æn ár óg án ví tæ dí uð næ æð ýs ól rí æt ög æg nú út át já þý kó jö ré úr hæ ðm ín sí áh þa ní ík sý áa ós ðf ía ét pí ýn ræ ön ör uþ þb bú ðr úm ló úl bæ jó ró óp íð ái óm rú tí há ág ór eó _ö ó_ ýt tú ún tö ót æs / og er sem um af til en ekki fyrir var hann hefur eru eftir", // Icelandic
  "é_ fé sé né ré ée aï ïv mé lé és éd ès öp ña ñ_ / the of and to in is that for it on with as by be this are or from have not you we at an was one", // English
];

export const CENTRAL_EUROPEAN = [
  "ć_ ów ię oż śc żn ąc oś ży uż ę_ ał ą_ ać ło śl że ła yć ją eś łą eż ró ęd ęc ść tó dł ąd kó yś bł ić łu tę jś aż ń_ ią ł_ łę ęp ną ż_ ór św zę eń sł _ś ły zą ńc kł _ż ęt gł wł eł oł ąz oń ył łó żą ań uł ję só zł _ł są ęz ąć pó gó ół bę rę dż śn ąt ź_ łn żk łe ób aś óż ót ńs tą ża żd wę ód iż śr ką pł wą dź wó żl łk ól nę ęk óc / w z na jest nie o od po za oraz pod jak dla przez co ich tego ale jego", // Polish
  "í_ ní př ře án é_ ná vá ý_ á_ né už ný vý ži ři ří ů_ ís če ač rá áv cí _č áz ož pí ád ěn ká še íc čí ně že mě ě_ ál _ř ém ít ím ýc vé tí má vě oč jí zí át dá lí zá ín éh ík mí ž_ tě lá č_ ář řá té yž ví ší sá íl mé čn íh oř sí _ž tř až _ú ča ýs ža eč ým či ás én ř_ íč ží žn ěl bý ět dě ýt žá ěř íš nč žk čt rů ař št ké dí ár ré / v z na je o s od po za se jak pro ale jsou nebo jeho tak", // Czech
  "ť_ ý_ á_ é_ ná ný né či _č í_ iť ač sú rá ať ži už eľ ož má úb ú_ ní áv vý áz ká át éh oč ác ís rč če ál ív ľa ča ču žn _š lá jú čí ýc sť tá vé ľk rí ár ík pí dá žk zá št že oľ nú zí yť ží ém ší še _ž _ú čn ád vá čk ít tí té úč ír án ťa ľn úc ľb tý ľo út ás eť č_ ež rý ič čo lí ýs cí hľ ím íc ký vš íp kľ ľú ré ým ám ké ód sá mô / v z na je o s od po za sa ako pre ale alebo jeho tak nie", // Slovak
  "ás ál és tá ít ér ó_ té _é áj kö ő_ lá ná zá ül án tó fá ár én ló má zé vá ké lé át sá rá él sé ég vé _á ző ír öz lí öv ét ám sí ép tö ör tő lő ók né mé ék rü zö ód ág pé ív bá ön ní ré zí zó öl áv ió eá év tí dő lü gé já mó dá ím ös cí ií dé kí öt _ö gá áb ők yá ű_ tű ől ső ól _ü ús ót nü lö kü dó yű őr mű ác ró űk _ú ú_ _í sú / az egy nem hogy volt meg csak vagy mint ez el van le fel de kell", // Hungarian
  "oč či če ič ač ča ši ož že iš _š čn št _č će ži še žn eč uć až ža rš eđ uč čk eš rž đe ša č_ šk eć oš ež ći đu šč uš už ađ ču čj _ć ća jš _ž čr šn nč aš đa ać oć zš ćn iž ću ođ ć_ đi lž čl žu / u je na za da se su od iz s bi ne kao ali te po koji ki pa ter tudi", // Croatian, Slovenian
  "ă_ ţi tă şi _î în iş ză aţ că ăr eş _ş ră să cţ şt pţ nţ mă lă ân nă gă şe dă iţ câ aş ăs ăt pă eţ vă tâ şa ţe şu fă ţă ât ău uţ uă âr bţ ţa ăţ âm rţ fâ rş ăş bă râ / de la cu din pe nu un o ale al sau mai care este pentru prin sunt lui se fost", // Romanian
];

export const TURKISH = [
  "ı_ ın nı sı ır ıl dı rı iç iş lı çi eğ ği çe şl _ç eç tı ış şt aş ş_ _ö yı mı gö ça ık ür ün ön eş üm ağ ım ıy ız cı ğe rü ü_ dü şi ğı çı tü ıs lü iğ zı aç gü şa sü kı ç_ şı ör _ü üz rç ös nü ük pı ıc _ş öz ığ ğr uş ğu yü şm uğ ül oğ şe üs mü oş öl fı ğl şu bö üt yö ıd şk ğa ıt dö üy ço bü şv ög rş üğ kü ğm gı ıf çu çl üş sö / ve bir bu da de ile olarak olan daha en kadar gibi ne var onun sonra ama", // Turkish
];

export const BALTIC = [
  "ų_ iš ą_ _į į_ ės nė ši či aš ių _š lė ė_ ša ži eš ėl mą šk dž _ž št tė ėt š_ ę_ kš mė už bū ėr tą dė ėj tų įr šm žy ūt mų rė lų nų ūr šv šy ęs nį įv ją są až įj šo eč kė nč nę tę ič tį gą bė šu rš lį jį lą jų že ž_ ąr tū šj ąj ūs šs rų ią dų rą kų ką ža ėm ač šd žd šč ež gų šr ną rį sų še pė sė įk ož įd vų bų šų eį bę dą gė ūk / ir kad yra jo buvo bet tai kaip nuo ar su per iki po apie vienas jie turi savo tik jau kito", // Lithuanian
  "ā_ rā tā ēr vē ēt ās īt tī kā ād ša nā ār ēl mē lē īb āt ēj mā _š āl īm jā tē dī āj zī ļa lā ām pā iņ kš ē_ aļ lī ēg zē sē ši rī dā ūt eļ oš bū aš pē bē ī_ ņa šķ īd āk ež šī ēm ļu īg īj rē vā ān ņu īk bā ķi bī āc nē nī īv dē ēš eš āš gā kļ sā ēs īs ņe gš š_ žī ēc aā īc šo šu sī šr tū ūr aņ āb īn _ī ņo šū ūn šē ļo cī ģē mī iģ āp / un ir ka ar uz par bet tas kas pie vai viens jo pret tika tie", // Latvian
  "võ õi är vä mä äi õt ää _ü äl sü nä üh üs üü ül jä tü äh õn tõ õr kä tä üm öö kõ pä lõ nü üp ük aõ äe õp tö äs lä kü õl lü õe õh ün ät sõ _ä rü ör üb põ _õ ži ü_ äb mõ ež sä nõ ö_ rõ pü õu hü ši _š öt öd dž / ja ei et see oli kui ning mis ka oma aga ta nende teile mille", // Estonian
];

/** The letters of languages in other alphabets, the most frequent first. */
export const CYRILLIC = [
  "оеаинтрслвпкдмуьызяйбчгжюфхцшщэёъ", // Russian
  "онаиветрісклдпумязбчьйгжцєхфюшїщ", // Ukrainian
  "аениотрсвдзплкмъябучгжйфцшщхю", // Bulgarian
  "аеионртсукпдвмзјлбгњшчцљжћхфђ", // Serbian
];

export const GREEK = ["αοτεινσρμηπκυςίλδγήέόάχθωύφώβζξψ"];

export const HEBREW = ["יותהלמרנאשבקפםעדסחגטכןצזץךף"];

export const ARABIC = ["الميترنوةعفدسبحقكذهصإأجطخضشزىغئثؤءظـ"];

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
