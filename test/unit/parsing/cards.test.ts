import { expect, test } from "bun:test";
import { readPages } from "../../support/read-pages.ts";

const CALENDAR = `BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1@example.com
DTSTART;TZID=Asia/Ho_Chi_Minh:20251121T090000
DTEND:20251121T030000Z
SUMMARY:Họp báo cáo quý\\, phòng 3
ORGANIZER;CN="Ada Lovelace":mailto:ada@example.com
ATTENDEE;ROLE=REQ-PARTICIPANT;CN=anh@example.com:MAILTO:anh@example.com
LOCATION:12 Lê Lợi\\; tầng 3
DESCRIPTION:Xin mời.\\nMang theo báo c
 áo.
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20251224
SUMMARY:Holiday
END:VEVENT
END:VCALENDAR
`;

test("a calendar is read event by event", async () => {
  expect(await readPages("a.ics", CALENDAR.replaceAll("\n", "\r\n"))).toEqual([
    `# Họp báo cáo quý, phòng 3

Start: 2025-11-21 09:00 Asia/Ho_Chi_Minh
End: 2025-11-21 03:00 UTC
Organizer: Ada Lovelace <ada@example.com>
Attendee: anh@example.com
Location: 12 Lê Lợi; tầng 3

Xin mời.
Mang theo báo cáo.

# Holiday

Start: 2025-12-24`,
  ]);
});

test("contacts are read, also of the standard before", async () => {
  const old = `BEGIN:VCARD
VERSION:2.1
N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Nguy=E1=BB=85n
FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Nguy=E1=BB=85n V=C4=83n=20=
=C3=81nh
TEL;CELL:+84 90 123 4567
PHOTO;ENCODING=BASE64:/9j/4AAQSkZJRgABAQ
END:VCARD
`;
  const recent =
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Lovelace\nitem1.EMAIL;TYPE=INTERNET:ada@example.com\n" +
    "ADR:;;12 Main St;London;;W1;UK\nNOTE:Likes engines.\nEND:VCARD\n";
  expect(await readPages("a.vcf", old + recent)).toEqual([
    "# Nguyễn Văn Ánh\n\nTelephone: +84 90 123 4567\n\n" +
      "# Ada Lovelace\n\nEmail: ada@example.com\nAddress: 12 Main St, London, W1, UK\n\nLikes engines.",
  ]);
});

test("what holds no entry is the text that it is", async () => {
  expect(await readPages("a.ics", "Nothing planned.\n")).toEqual(["Nothing planned.\n"]);
});

test("an invitation is read once beside the mail that brings it", async () => {
  const part = (type: string, body: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
  const mail =
    "From: ada@example.com\r\nSubject: Meeting\r\nMIME-Version: 1.0\r\n" +
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' +
    part("text/plain", "Please come.") +
    part("text/calendar; charset=utf-8; method=REQUEST", CALENDAR) +
    part('application/ics; name="invite.ics"', CALENDAR) +
    "--b--\r\n";
  const pages = await readPages("a.eml", mail);
  expect(pages).toHaveLength(2);
  expect(pages[1]).toContain("Location: 12 Lê Lợi; tầng 3");
});
