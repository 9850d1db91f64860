/** A paragraph in each of many languages, of words that letters, laws and reports are made of; and how it is encoded. */
export interface LanguageText {
  readonly language: string;
  readonly text: string;
  /** Encodings that people have used for it, besides Unicode. */
  readonly encodings: readonly Bun.Encoding[];
}

export const LANGUAGE_TEXTS: readonly LanguageText[] = [
  {
    language: "Vietnamese",
    text: "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi. Mọi con người đều được tạo hóa ban cho lý trí và lương tâm và cần phải đối xử với nhau trong tình anh em. Công ty gửi báo cáo tài chính quý ba cho khách hàng tại Đà Nẵng, kèm hóa đơn và hợp đồng thuê văn phòng đã ký ngày mười hai tháng chín.",
    encodings: ["windows-1258"],
  },
  {
    language: "Russian",
    text: "Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства. Уважаемые коллеги, направляем вам отчёт за третий квартал и счёт на оплату; просим подтвердить получение документов до конца недели.",
    encodings: ["windows-1251", "koi8-r", "ibm866"],
  },
  {
    language: "Ukrainian",
    text: "Всі люди народжуються вільними і рівними у своїй гідності та правах. Вони наділені розумом і совістю і повинні діяти у відношенні один до одного в дусі братерства. Шановні колеги, надсилаємо вам звіт за третій квартал і рахунок; будь ласка, підтвердьте, що ви його отримали, до кінця тижня.",
    encodings: ["windows-1251", "koi8-u"],
  },
  {
    language: "Bulgarian",
    text: "Всички хора се раждат свободни и равни по достойнство и права. Те са надарени с разум и съвест и следва да се отнасят помежду си в дух на братство. Уважаеми колеги, изпращаме ви отчета за третото тримесечие и фактурата; моля, потвърдете получаването до края на седмицата.",
    encodings: ["windows-1251"],
  },
  {
    language: "Serbian",
    text: "Сва људска бића рађају се слободна и једнака у достојанству и правима. Она су обдарена разумом и свешћу и треба једни према другима да поступају у духу братства. Поштоване колеге, шаљемо вам извештај за трећи квартал и рачун; молимо вас да потврдите пријем до краја недеље.",
    encodings: ["windows-1251"],
  },
  {
    language: "French",
    text: "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité. Chère Hélène, voici le résumé de la réunion d’août : le marché a été signé à Nîmes, où nous étions déjà l’année dernière.",
    encodings: ["windows-1252", "macintosh"],
  },
  {
    language: "German",
    text: "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen. Sehr geehrte Frau Müller, anbei erhalten Sie die Prüfung der Verträge für das nächste Geschäftsjahr; die Größe der Räume müsste noch geklärt werden.",
    encodings: ["windows-1252", "macintosh"],
  },
  {
    language: "Spanish",
    text: "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y conciencia, deben comportarse fraternalmente los unos con los otros. Señora Núñez, ¿podría enviarme el informe del último año? La reunión será el miércoles por la mañana en la oficina de Cádiz, según el acuerdo.",
    encodings: ["windows-1252"],
  },
  {
    language: "Portuguese",
    text: "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de consciência, devem agir uns para com os outros em espírito de fraternidade. A comissão não aprovou as alterações às condições do serviço; a próxima reunião será amanhã às três horas, em São João, após a votação.",
    encodings: ["windows-1252"],
  },
  {
    language: "Italian",
    text: "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza. La società è lieta di comunicare che l’attività può già cominciare lunedì; però la qualità dev’essere verificata più volte perché così è scritto.",
    encodings: ["windows-1252"],
  },
  {
    language: "Swedish",
    text: "Alla människor är födda fria och lika i värde och rättigheter. De är utrustade med förnuft och samvete och bör handla gentemot varandra i en anda av broderskap. Vi översänder härmed årsredovisningen för det förra året; mötet hålls på torsdag i Göteborg, där även frågan om lönerna ska avgöras.",
    encodings: ["windows-1252"],
  },
  {
    language: "Danish",
    text: "Alle mennesker er født frie og lige i værdighed og rettigheder. De er udstyret med fornuft og samvittighed, og de bør handle mod hverandre i en broderskabets ånd. Vi sender hermed årsregnskabet for det foregående år; mødet afholdes på onsdag i København, hvor også spørgsmålet om lønnen skal afgøres.",
    encodings: ["windows-1252"],
  },
  {
    language: "Polish",
    text: "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa. Szanowni Państwo, przesyłamy sprawozdanie za trzeci kwartał oraz fakturę; prosimy o potwierdzenie, że została zapłacona, do końca października.",
    encodings: ["windows-1250", "iso-8859-2"],
  },
  {
    language: "Czech",
    text: "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají spolu jednat v duchu bratrství. Vážená paní Nováková, zasíláme vám zprávu za třetí čtvrtletí a účet; prosíme o potvrzení příjmu do konce měsíce, jinak bude schůzka přeložena na příští týden.",
    encodings: ["windows-1250", "iso-8859-2"],
  },
  {
    language: "Hungarian",
    text: "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek, ésszel és lelkiismerettel bírván, egymással szemben testvéri szellemben kell hogy viseltessenek. Tisztelt Kovács úr, mellékeljük a harmadik negyedév jelentését és a számlát; kérjük, erősítse meg, hogy megkapta, a hét végéig.",
    encodings: ["windows-1250", "iso-8859-2"],
  },
  {
    language: "Croatian",
    text: "Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima. Ona su obdarena razumom i sviješću i trebaju jedna prema drugima postupati u duhu bratstva. Poštovane kolege, šaljemo vam izvještaj za treće tromjesečje i račun; molimo da potvrdite primitak do kraja tjedna, što će nam uštedjeti još jedan poziv.",
    encodings: ["windows-1250", "iso-8859-2"],
  },
  {
    language: "Romanian",
    text: "Toate fiinţele umane se nasc libere şi egale în demnitate şi în drepturi. Ele sunt înzestrate cu raţiune şi conştiinţă şi trebuie să se comporte unele faţă de altele în spiritul fraternităţii. Vă trimitem raportul pentru al treilea trimestru şi factura; vă rugăm să confirmaţi primirea până la sfârşitul săptămânii.",
    encodings: ["windows-1250", "iso-8859-2"],
  },
  {
    language: "Turkish",
    text: "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler. Sayın müşterimiz, üçüncü çeyrek raporunu ve faturayı gönderiyoruz; lütfen hafta sonuna kadar aldığınızı bildirin, çünkü ödeme günü yaklaşıyor.",
    encodings: ["windows-1254"],
  },
  {
    language: "Lithuanian",
    text: "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas protas ir sąžinė ir jie turi elgtis vienas kito atžvilgiu kaip broliai. Gerbiami kolegos, siunčiame jums trečiojo ketvirčio ataskaitą ir sąskaitą; prašome patvirtinti, kad ją gavote, iki savaitės pabaigos.",
    encodings: ["windows-1257"],
  },
  {
    language: "Latvian",
    text: "Visi cilvēki piedzimst brīvi un vienlīdzīgi savā pašcieņā un tiesībās. Viņi ir apveltīti ar saprātu un sirdsapziņu, un viņiem jāizturas citam pret citu brālības garā. Cienījamie kolēģi, nosūtām jums trešā ceturkšņa pārskatu un rēķinu; lūdzam apstiprināt saņemšanu līdz nedēļas beigām.",
    encodings: ["windows-1257"],
  },
  {
    language: "Estonian",
    text: "Kõik inimesed sünnivad vabadena ja võrdsetena oma väärikuselt ja õigustelt. Neile on antud mõistus ja südametunnistus ja nende suhtumist üksteisesse peab kandma vendluse vaim. Lugupeetud kolleegid, saadame teile kolmanda kvartali aruande ja arve; palume kättesaamist kinnitada nädala lõpuks.",
    encodings: ["windows-1257"],
  },
  {
    language: "Greek",
    text: "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Είναι προικισμένοι με λογική και συνείδηση, και οφείλουν να συμπεριφέρονται μεταξύ τους με πνεύμα αδελφοσύνης. Αγαπητοί συνεργάτες, σας στέλνουμε την έκθεση του τρίτου τριμήνου και το τιμολόγιο.",
    encodings: ["windows-1253"],
  },
  {
    language: "Hebrew",
    text: "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, לפיכך חובה עליהם לנהוג איש ברעהו ברוח של אחווה. לקוחות יקרים, אנו שולחים לכם את הדוח לרבעון השלישי ואת החשבונית; נא לאשר את קבלתם עד סוף השבוע.",
    encodings: ["windows-1255"],
  },
  {
    language: "Arabic",
    text: "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم بعضا بروح الإخاء. السادة العملاء، نرسل إليكم تقرير الربع الثالث والفاتورة؛ نرجو تأكيد الاستلام قبل نهاية الأسبوع.",
    encodings: ["windows-1256"],
  },
  {
    language: "Thai",
    text: "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม และควรปฏิบัติต่อกันด้วยเจตนารมณ์แห่งภราดรภาพ เรียนลูกค้าทุกท่าน บริษัทขอส่งรายงานไตรมาสที่สามและใบแจ้งหนี้มาพร้อมนี้",
    encodings: ["windows-874"],
  },
  {
    language: "Japanese",
    text: "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられており、互いに同胞の精神をもって行動しなければならない。拝啓、第三四半期の報告書と請求書をお送りいたしますので、今週末までにご確認のうえ、担当者までご連絡ください。",
    encodings: ["shift_jis", "euc-jp"],
  },
  {
    language: "Chinese, simplified",
    text: "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。各位客户:现将第三季度的财务报告和发票寄上,请于本周末之前确认收到;如有疑问,请与我公司上海办事处联系,电话见下。合同自签字之日起生效,任何修改须经双方书面同意。",
    encodings: ["gb18030"],
  },
  {
    language: "Chinese, traditional",
    text: "人人生而自由,在尊嚴和權利上一律平等。他們賦有理性和良心,並應以兄弟關係的精神相對待。各位客戶:茲將第三季的財務報告和發票寄上,請於本週末之前確認收到;如有疑問,請與本公司臺北辦事處聯絡,電話見下。合約自簽字之日起生效,任何修改須經雙方書面同意。",
    encodings: ["big5"],
  },
  {
    language: "Korean",
    text: "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다. 고객 여러분께 삼분기 보고서와 청구서를 보내 드리오니 이번 주말까지 받으셨는지 확인하여 주시기 바랍니다.",
    encodings: ["euc-kr"],
  },
];
