import { expect, test } from "bun:test";
import { readPages } from "../../support/read-pages.ts";

const SEPARATOR = "From ada@example.com Fri Nov 21 09:55:06 2025";

function mail(subject: string, body: string, ...headers: readonly string[]): string {
  return ["From: ada@example.com", `Subject: ${subject}`, ...headers, "", body, ""].join("\n");
}

/** A mailbox as programs append to it. */
function mailbox(...mails: readonly string[]): string {
  return mails.map((each) => `${SEPARATOR}\n${each}\n`).join("");
}

test("every mail of a mailbox is a page", async () => {
  const box = mailbox(mail("One", "First body."), mail("Two", "Second body."));
  expect(await readPages("in.mbox", box)).toEqual([
    "# One\n\nFrom: ada@example.com\n\nFirst body.",
    "# Two\n\nFrom: ada@example.com\n\nSecond body.",
  ]);
  expect(await readPages("in.mbox", box.replaceAll("\n", "\r\n"))).toHaveLength(2);
});

test("mails without an empty line between them, or with some before the first, are parted as well", async () => {
  const box = mailbox(mail("One", "First body."), mail("Two", "Second body."));
  for (const other of [box.replaceAll("\n\nFrom ", "\nFrom "), `\n\n${box}`, `\r\n${box}`])
    expect(await readPages("in.mbox", other)).toHaveLength(2);
});

test("what a body says of who sent it parts no mails, quoted or not", async () => {
  const body = `Hello,\n\nFrom here to there at 12:00 it is far.\n\n>From ada it came.\n${SEPARATOR}\nNo: header`;
  expect(await readPages("in.mbox", mailbox(mail("One", body)))).toEqual([
    `# One\n\nFrom: ada@example.com\n\n${body.replace(">From", "From")}`,
  ]);
});

test("a mail that cannot be read takes no other of its mailbox along", async () => {
  const encrypted = mail("Secret", "x", 'Content-Type: multipart/encrypted; boundary="b"');
  const [first, second] = await readPages("in.mbox", mailbox(encrypted, mail("Two", "Body.")));
  expect(first).toContain("encrypted");
  expect(second).toStartWith("# Two");
});

test("a mailbox of more mails than a document may have pages is one page", async () => {
  const box = mailbox(...["One", "Two", "Three"].map((subject) => mail(subject, "Body.")));
  const pages = await readPages("in.mbox", box, { pagesMax: 2 });
  expect(pages).toHaveLength(1);
  expect(pages[0]).toContain("# Three");
});
