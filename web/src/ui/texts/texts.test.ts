import { describe, expect, it } from "vitest";
import { VALUES } from "../../protocol/messages";
import { ar } from "./ar";
import { en } from "./en";
import { loadTexts, type Texts } from "./index";
import { sv } from "./sv";

const ALL: readonly Texts[] = [sv, en, ar];

/** Every text of a catalogue with its path; functions are called with ones, of which none is empty. */
function leaves(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") {
    const one = path.endsWith("interval") ? { low: 1, high: 5 } : 1;
    const names = /nurseAway|proposal|seesAndHears|hearsOnly|seesOnly|neither|joining|inChatText|with|video|card|from|answered|heading|typing|cancel|region|topic|nobody|writing|interrupted|version|basis|valid/i;
    const given = names.test(path) && !path.includes("waiting.heading") ? "x" : one;
    return [[path, String((value as (...given: unknown[]) => unknown)(given, given, given, given))]];
  }
  return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

describe("texts", () => {
  it.each(ALL.map((texts) => [texts.code, texts] as const))("none is missing in %s", (code, texts) => {
    for (const [path, text] of leaves(texts)) {
      if (path === ".unreviewed" && code === "sv") continue;
      expect(text.trim(), path).not.toBe("");
      expect(text, path).not.toMatch(/undefined|\[object/);
    }
  });

  it("the same in every language", () => {
    const paths = leaves(sv).map(([path]) => path);
    for (const texts of ALL) expect(leaves(texts).map(([path]) => path)).toEqual(paths);
  });

  it("say 112 and carry nobody's brand", () => {
    for (const texts of ALL) {
      expect(texts.emergency.call).toContain("112");
      for (const [path, text] of leaves(texts)) expect(text, path).not.toContain("1177");
    }
  });

  it("say which translations nobody has checked", () => {
    expect(sv.unreviewed).toBe("");
    expect(en.unreviewed).not.toBe("");
    expect(ar.unreviewed).not.toBe("");
  });

  it("have words for each level of care and urgency", () => {
    for (const texts of ALL) {
      expect(Object.keys(texts.after.care).sort()).toEqual([...VALUES.CareLevel].sort());
      expect(Object.keys(texts.after.soonWords)).toEqual([...VALUES.Urgency]);
    }
  });

  it("give the reason for the place", () => {
    expect(sv.waiting.heading(2)).toBe("Två personer är före dig");
    expect(sv.waiting.before(1, 1)).toBe("En behöver hjälp snabbare. En kom före dig.");
    expect(sv.waiting.before(0, 13)).toBe("13 kom före dig.");
    expect(sv.waiting.heading(0)).toBe("Du är näst i tur");
    expect(en.waiting.before(2, 0)).toBe("Two need help sooner.");
    expect(ar.waiting.heading(2)).toBe("شخصان قبلك");
  });

  it("say what the nurse is in the language of the page, and leave a title that nobody has translated", () => {
    expect(sv.meeting.card("Sjuksköterska", "Region Skåne")).toBe("Sjuksköterska, Region Skåne");
    expect(en.meeting.card("Sjuksköterska", "Region Skåne")).toBe("Nurse, Region Skåne");
    expect(ar.meeting.card("Distriktssköterska", "Region Skåne")).toContain("ممرضة رعاية أولية");
    expect(en.meeting.card("Barnmorska", "Region Skåne")).toBe("Barnmorska, Region Skåne");
    expect(en.after.from("Karin", "Sjuksköterska", "today")).toBe("From Karin, nurse, today");
  });

  it("give the wait as an interval, and no lower end when there is none", () => {
    expect(sv.waiting.interval({ low: 10, high: 20 })).toBe("10 till 20 minuter");
    expect(sv.waiting.interval({ low: 0, high: 5 })).toBe("högst 5 minuter");
    expect(sv.waiting.interval({ low: 0, high: 1 })).toBe("högst 1 minut");
    expect(en.waiting.interval({ low: 0, high: 1 })).toBe("at most 1 minute");
  });

  it("write the time of day with a stop, and the day as people say it", () => {
    const at = new Date(2026, 10, 12, 14, 32).getTime();
    const days = (n: number): number => new Date(2026, 10, 12 + n, 0, 5).getTime();
    expect(sv.clock(at)).toBe("14.32");
    expect(sv.dayAndClock(at, days(0))).toBe("i dag 14.32");
    expect(sv.dayAndClock(at, days(1))).toBe("i går 14.32");
    expect(sv.dayAndClock(at, days(2))).toBe("den 12 november 14.32");
  });
});

describe("the language of the page", () => {
  it("is fetched", async () => {
    expect((await loadTexts("en")).code).toBe("en");
    expect((await loadTexts("ar")).direction).toBe("rtl");
    expect((await loadTexts("xx")).code).toBe("sv");
  });
});
