/** Pages as different kinds of sites write them: what they are about is read, what leads around them is not. */
import { describe, expect, test } from "bun:test";
import { readHtml } from "../../../src/parsing/formats/html.ts";

async function read(html: string | Uint8Array): Promise<string> {
  const bytes = typeof html === "string" ? Buffer.from(html) : html;
  return (await readHtml({ name: "a.html", bytes, format: "html" })).join("\f");
}

const MENU =
  "<ul><li><a href=/>Home</a></li><li><a href=/a>About us</a></li><li><a href=/c>Contact</a></li></ul>";
const LONG =
  "Engineers replaced forty steel cables of the bridge, and painted the rest of it within ten months. ";

describe("the article of a page", () => {
  const cases: Readonly<Record<string, readonly [html: string, markdown: string]>> = {
    "of a newspaper": [
      `<title>Bridge - Gazette</title><body class="has-sidebar"><a class="skip-link" href="#c">Skip</a>
      <div id="cookie-banner"><p>We use cookies and similar technologies.</p><button>Accept</button></div>
      <header><a href=/>Gazette</a><nav>${MENU}</nav></header><div><div><article><header><h1>Bridge reopens</h1>
      <p>By Jane Doe</p></header><div class="share-buttons"><a>Facebook</a> <a>Twitter</a></div><p>${LONG}</p>
      <figure><img src=b.jpg alt="The bridge at dawn"><figcaption>On Monday.</figcaption></figure><p>${LONG}</p>
      <div class="related-articles"><h3>Related</h3><ul><li><a>Ferry stops</a></li></ul></div>
      <aside><p>Read our paper every day</p></aside><footer>Jane reports on traffic.</footer></article></div>
      <div class="sidebar"><h3>Most read</h3><a>Ten best cakes</a></div></div>
      <footer>© Gazette. Terms and conditions apply to all of it.</footer>`,
      `# Bridge reopens\n\nBy Jane Doe\n\n${LONG.trim()}\n\n[Image: The bridge at dawn]\n\nOn Monday.\n\n${LONG.trim()}\n\nJane reports on traffic.`,
    ],
    "of a documentation": [
      `<title>Installing — Widget</title><div role=navigation>${MENU}</div><div role=main><section id=i><h1>Installing<a
      class=headerlink>¶</a></h1><div class="admonition note"><p>Python 3.9 is needed.</p></div><section id=cookies>
      <h2>Cookies<a class=headerlink>¶</a></h2><p>The session lies in cookies.</p></section></section></div>
      <div class=footer>Copyright 2024, the authors of Widget.</div>`,
      "# Installing\n\nPython 3.9 is needed.\n\n## Cookies\n\nThe session lies in cookies.",
    ],
    "of a forum": [
      `<title>Kettle? - Forum</title><div id=top><a>Home</a> <a>Log in</a></div><h1>Kettle?</h1>
      <div class=post><a>ann</a><div>My kettle has a thick layer of lime in it. What helps?</div></div>
      <div class=post><a>bob</a><div>Boil it with one part of vinegar and two parts of water.</div></div>
      <div class=post><a>cy</a><div>Thanks!</div></div><div><a>Contact</a> <a>Privacy</a></div>`,
      "# Kettle?\n\nann\n\nMy kettle has a thick layer of lime in it. What helps?\n\nbob\n\n" +
        "Boil it with one part of vinegar and two parts of water.\n\ncy\n\nThanks!",
    ],
    "of a shop": [
      `<title>K-200 | Shop</title><div class=topmenu>${MENU}<form><input><button>Search</button></form></div><div><h1>K-200</h1>
      <span>EUR 49.90</span><p>Of stainless steel, boils in three minutes.</p><select><option>Red</select>
      <table><tr><th>Power<th>Weight<tr><td>2200 W<td>1.1 kg</table><button>Add to cart</button></div>`,
      "# K-200\n\nEUR 49.90\n\nOf stainless steel, boils in three minutes.\n\n| Power | Weight |\n| --- | --- |\n| 2200 W | 1.1 kg |",
    ],
    "laid out by a table": [
      `<TITLE>Trains</TITLE><TABLE><TR><TD><A HREF=a>Engines</A><BR><A HREF=b>Coaches</A></TD><TD><FONT SIZE=4>I have collected
      model trains since 1965.<P>The <B>first one</B> was a gift.<TABLE><TR><TD>Number<TD>Year<TR><TD>118<TD>1935</TABLE></TABLE>`,
      "# Trains\n\nI have collected model trains since 1965.\n\nThe **first one** was a gift.\n\n| Number | Year |\n| --- | --- |\n| 118 | 1935 |",
    ],
    "that leads in before its largest part": [
      `<title>Chapter 12</title><body><p id=logo><a href=/>Handbook</a></p><div class=chapter><div><h1>Upkeep</h1></div>
      <div class=toc><a href=a>12.1 Disks</a><a href=b>12.2 Networks</a></div><div><p>${LONG.repeat(3)}</p></div>
      <div class=section><h2>Disks</h2>${`<p>${LONG.repeat(3)}</p>`.repeat(9)}</div></div></body>`,
      `# Upkeep\n\n${LONG.repeat(3).trim()}\n\n## Disks${`\n\n${LONG.repeat(3).trim()}`.repeat(9)}`,
    ],
    "whose preamble is its header": [
      `<title>Charter</title><header><h1>Charter</h1>${`<p>${LONG}</p>`.repeat(3)}</header>
      ${`<article><h2>Article</h2><p>${LONG.repeat(4)}</p></article>`.repeat(2)}<footer>${LONG.repeat(4)}</footer>`,
      `# Charter${`\n\n${LONG.trim()}`.repeat(3)}${`\n\n## Article\n\n${LONG.repeat(4).trim()}`.repeat(2)}`,
    ],
    "that a script is to fill": [
      `<title>Weather</title><meta name=description content="The weather of Hanoi."><div id=root></div><script>1</script>
      <noscript>You need JavaScript.</noscript>`,
      "# Weather\n\nThe weather of Hanoi.\n\nYou need JavaScript.",
    ],
    "in frames": [
      `<TITLE>Trains</TITLE><FRAMESET COLS="20%,80%"><FRAME SRC=a><FRAME SRC=b><NOFRAMES><BODY>All of my trains.</BODY></NOFRAMES></FRAMESET>`,
      "# Trains\n\nAll of my trains.",
    ],
    "in tabs": [
      `<h1>Setup</h1><div role=tablist><button role=tab>Linux</button></div><div role=tabpanel>${LONG}</div>
      <div role=tabpanel hidden>${LONG}</div>`,
      `# Setup\n\n${LONG.trim()}\n\n${LONG.trim()}`,
    ],
    "of nothing but divisions": [
      `<title>Tea</title><div><div><a>Home</a><a>Blog</a></div></div><div><div>${LONG}</div><div>${LONG}</div></div>
      <div><div>Imprint</div></div>`,
      `# Tea\n\n${LONG.trim()}\n\n${LONG.trim()}`,
    ],
    "in Chinese": [
      `<title>图书馆</title><div class=nav><a>首页</a><a>新闻</a></div><div><p>市图书馆从今天起<b>延长</b>开放时间,每天开放到晚上十点。</p>
      <p>读者可以在网上预约座位。</p></div><div>版权所有</div>`,
      "# 图书馆\n\n市图书馆从今天起延长开放时间,每天开放到晚上十点。\n\n读者可以在网上预约座位。",
    ],
    "in Arabic": [
      `<html dir=rtl><nav><a>الرئيسية</a></nav><main><h1>المكتبة</h1><p>افتتحت المدينة <b>مكتبة</b> جديدة.</p></main>`,
      "# المكتبة\n\nافتتحت المدينة **مكتبة** جديدة.",
    ],
    "that is a list of links": [
      `<h1>Links</h1>${MENU}`,
      "# Links\n\n- Home\n- About us\n- Contact",
    ],
    "that is a list of links in divisions": [
      `<h1>Index</h1>${["A", "B", "C"].map((name) => `<div><a href=1>Chapter ${name}, first part</a> <a href=2>Chapter ${name}, second part</a></div>`).join("")}<div><p>Last changed in May.</p></div>`,
      `# Index${["A", "B", "C"].map((name) => `\n\nChapter ${name}, first part Chapter ${name}, second part`).join("")}\n\nLast changed in May.`,
    ],
    "most of which goes by a name of noise": [
      `<title>Consent</title><div class=cookies><p>${LONG.repeat(3)}</p></div><div><p>End of it.</p></div>`,
      `# Consent\n\n${LONG.repeat(3).trim()}`,
    ],
    "that a script would show": ["<body style='display:none'><p>Some text.", "Some text."],
    "in a part that was never closed": [
      `<header><p>${LONG}</p><p>End.</p>`,
      `${LONG.trim()}\n\nEnd.`,
    ],
    "that the page calls navigation": [
      `<nav><p>${LONG.repeat(3)}</p></nav><p>End.`,
      `${LONG.repeat(3).trim()}\n\nEnd.`,
    ],
  };
  for (const [what, [html, markdown]] of Object.entries(cases))
    test(what, async () => expect(await read(html)).toBe(markdown));
});

describe("the encoding of a page", () => {
  const russian = Buffer.from("cff0e8e2e5f2", "hex");

  test("is the one that it declares", async () => {
    for (const meta of [
      '<meta charset="windows-1251">',
      '<META http-equiv=Content-Type content="text/html; charset=windows-1251">',
    ])
      expect(await read(Buffer.concat([Buffer.from(`${meta}<p>`), russian]))).toBe("Привет");
  });

  test("is UTF-8 where its bytes are, whatever it declares", async () => {
    expect(await read("<meta charset=iso-8859-1><p>Đà Nẵng")).toBe("Đà Nẵng");
    expect(await read("\ufeff<meta charset=iso-8859-1><p>Đà Nẵng")).toBe("Đà Nẵng");
  });

  test("is Japanese in ASCII where its bytes say so", async () => {
    const page = Buffer.concat([
      Buffer.from("<meta charset=iso-2022-jp><p>"),
      Buffer.from("1b2442467c4b5c1b2842", "hex"),
    ]);
    expect(await read(page)).toBe("日本");
  });

  test("is UTF-16 where its mark says so", async () => {
    const page = Buffer.from("\ufeff<meta charset=utf-8><p>Đà Nẵng", "utf16le");
    expect(await read(page)).toBe("Đà Nẵng");
  });
});
