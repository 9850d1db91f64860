import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AppError } from "../../src/error.ts";
import { cutPage, formatPlace, type Place, readOrder, readPaging } from "../../src/list/paging.ts";

const place = fc.record({
  micros: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 16n - 1n }).map(String),
  id: fc.uuid(),
});

/** What `readPaging` makes of a query, or the code it refuses it with. */
function tried(query: Record<string, unknown>) {
  try {
    return readPaging(query);
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** Later ones stand behind. */
function compare(a: Place, b: Place): number {
  if (a.micros !== b.micros) return BigInt(a.micros) < BigInt(b.micros) ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

describe("what is asked of a list", () => {
  test("fifty items where nothing is said, two hundred at most", () => {
    expect(readPaging({})).toEqual({ limit: 50 });
    expect(readPaging({ limit: "200" })).toEqual({ limit: 200 });
    for (const limit of ["0", "201", "-1", "1.5", "1e2", "", "x", "00000001", " 5", 5, ["5"]])
      expect(tried({ limit })).toBe("invalid_request");
  });

  test("a cursor comes back as the place that it was made of", () => {
    fc.assert(
      fc.property(place, (each) => {
        expect(readPaging({ cursor: formatPlace(each) }).after).toEqual(each);
      }),
    );
  });

  test("anything else is refused, whatever it is", () => {
    const refused = (cursor: unknown) => expect(tried({ cursor })).toBe("invalid_request");
    fc.assert(fc.property(fc.string(), refused));
    fc.assert(fc.property(fc.base64String(), refused));
    fc.assert(fc.property(fc.jsonValue(), refused));
  });

  test("a cursor of which a part is missing or too much is refused", () => {
    const spoilt = fc
      .tuple(place, fc.integer({ min: 1, max: 30 }))
      .map(([each, cut]) => formatPlace(each).slice(0, -cut));
    fc.assert(fc.property(spoilt, (cursor) => expect(tried({ cursor })).toBe("invalid_request")));
    const more = Buffer.from(`1.${crypto.randomUUID()}.1`).toString("base64url");
    expect(tried({ cursor: more })).toBe("invalid_request");
  });

  test("`since` is a place in the event log, or an instant with its zone", () => {
    expect(readPaging({ since: "77-12" }).since).toEqual({
      kind: "log",
      position: { xid: 77n, id: 12n },
    });
    const at = new Date("2026-03-01T10:00:00.250Z");
    for (const since of [
      "2026-03-01T10:00:00.250Z",
      "2026-03-01T12:00:00.25+02:00",
      "2026-03-01T12:00:00.250999 02:00",
    ])
      expect(readPaging({ since }).since).toEqual({ kind: "instant", at });
    for (const since of [
      "",
      "yesterday",
      "2026-03-01",
      "2026-03-01T10:00:00",
      "2026-13-01T10:00Z",
      "0000-01-01T00:00:00Z",
      "0001-01-01T00:00:00+14:00",
      "9999-12-31T23:59:59-12:00",
      "5-9999999999999999999",
      "1-",
      7,
    ])
      expect(tried({ since })).toBe("invalid_request");
  });

  test("the order is one of two", () => {
    expect(readOrder({}, "asc")).toBe("asc");
    expect(readOrder({ order: "desc" }, "asc")).toBe("desc");
    expect(() => readOrder({ order: "newest" }, "asc")).toThrow("'asc' or 'desc'");
  });
});

test("page after page, every row is there once, however many share an instant", () => {
  const rows = fc
    .array(fc.record({ micros: fc.integer({ min: 1, max: 5 }).map(String), id: fc.uuid() }), {
      maxLength: 60,
    })
    .map((all) => all.toSorted(compare));
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 7 }), (all, limit) => {
      const walked: Place[] = [];
      for (let after: Place | undefined, more = true; more;) {
        const behind = after;
        const rest = behind ? all.filter((row) => compare(row, behind) > 0) : all;
        const page = cutPage(rest.slice(0, limit + 1), limit);
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        walked.push(...page.rows);
        more = page.last !== undefined;
        after = page.last && readPaging({ cursor: formatPlace(page.last) }).after;
      }
      expect(walked).toEqual(all);
    }),
  );
});
