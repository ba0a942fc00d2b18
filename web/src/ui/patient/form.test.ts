import type { PauseView, RegionItem } from "../../protocol/messages";
import { describe, expect, it } from "vitest";
import { EMPTY_DRAFT, type DraftForm } from "../../state/patientPage";
import { competenceOf } from "../../state/competence";
import { ar } from "../texts/ar";
import { en } from "../texts/en";
import { sv } from "../texts/sv";
import { languageWords, TALK_LANGUAGES } from "../shared/languages";
import { ageIn, lengthOf, ownWords, pauseOf, turnTo, wrongs } from "./form";

const whole: DraftForm = { ...EMPTY_DRAFT, region: "12", concerns: "me", story: "Ont i halsen." };
const ids = (draft: DraftForm, age = ""): string[] => wrongs(draft, age, sv).map((one) => one.id);

describe("the form", () => {
  it("asks for region, whom it concerns and the story, in the order of the page", () => {
    expect(ids(EMPTY_DRAFT)).toEqual(["region", "concerns", "story"]);
  });

  it("is done without name and age", () => {
    expect(ids(whole)).toEqual([]);
  });

  it("does not take blanks for a story", () => {
    expect(ids({ ...whole, story: " \n " })).toEqual(["story"]);
  });

  it("takes 2,000 characters and not one more, an emoji being one", () => {
    expect(ids({ ...whole, story: "🤒".repeat(2000) })).toEqual([]);
    expect(ids({ ...whole, story: "🤒".repeat(2001) })).toEqual(["story"]);
    expect(lengthOf("å🤒")).toBe(2);
  });

  it.each([
    ["", null],
    [" 0 ", 0],
    ["125", 125],
    ["126", "wrong"],
    ["-1", "wrong"],
    ["3 år", "wrong"],
    ["4.5", "wrong"],
  ])("reads the age %j as %j", (typed, age) => {
    expect(ageIn(typed)).toBe(age);
  });

  it("says that an age is wrong", () => {
    expect(ids(whole, "tre")).toEqual(["age"]);
  });
});

describe("languages of the talk", () => {
  it("are told once each, in codes that the service takes", () => {
    expect(new Set(TALK_LANGUAGES).size).toBe(TALK_LANGUAGES.length);
    for (const code of TALK_LANGUAGES) expect(code).toMatch(/^[a-z]{2,3}$/);
  });

  it("are named in the language of the page, with their own name beside", () => {
    expect(languageWords(["sv", "fi", "nv"], "sv", sv.languages)).toEqual([
      ["sv", "Svenska"],
      ["fi", "Finska (suomi)"],
      ["nv", "Navaho"],
    ]);
    for (const texts of [sv, en, ar]) expect(Object.keys(texts.languages)).toEqual(TALK_LANGUAGES);
  });
});

describe("a paused line", () => {
  const texts = [
    { language: "sv", text: "Ring." },
    { language: "ar", text: "اتصل." },
  ];
  const pause: PauseView = { why: "full", channel: null, competence: null, texts };
  const region = { code: "12", name: "Skåne", waiting: 0, nurses: 0, competences: ["child", "skin"], hidden_number: false, elsewhere: [] } as const;
  const of = (...pauses: PauseView[]): RegionItem => ({ ...region, pauses });

  it("keeps out its channel, and the whole of it goes first", () => {
    const video: PauseView = { ...pause, channel: "video" };
    expect(pauseOf(undefined, "chat", "general")).toBeNull();
    expect(pauseOf(of(video), "chat", "general")).toBeNull();
    expect(pauseOf(of(video), "video", "general")).toBe(video);
    expect(pauseOf(of(video, pause), "video", "general")).toBe(pause);
    const skin: PauseView = { ...pause, competence: "skin" };
    expect(pauseOf(of(skin), "chat", "general")).toBeNull();
    expect(pauseOf(of(skin), "chat", "skin")).toBe(skin);
  });

  it("says where to turn in the language of the page", () => {
    expect(turnTo(pause, "ar")).toBe("اتصل.");
    expect(turnTo(pause, "en")).toBe("Ring.");
    expect(ownWords(texts, "ar")).toBe("اتصل.");
    expect(ownWords(texts, "en")).toBeNull();
  });
});

describe("what it is about", () => {
  const region: RegionItem = {
    code: "12",
    name: "Skåne",
    waiting: 0,
    nurses: 1,
    competences: ["child", "skin"],
    hidden_number: false,
    pauses: [],
    elsewhere: [],
  };
  const child: DraftForm = { ...whole, concerns: "my_child" };

  it("is what was chosen, else a child for a child", () => {
    expect(competenceOf(whole, region)).toBe("general");
    expect(competenceOf(child, region)).toBe("child");
    expect(competenceOf({ ...child, competence: "skin" }, region)).toBe("skin");
    expect(competenceOf({ ...child, competence: "general" }, region)).toBe("general");
  });

  it("is nothing that nobody on duty there knows", () => {
    expect(competenceOf(child, { ...region, competences: [] })).toBe("general");
    expect(competenceOf({ ...whole, competence: "pregnancy" }, region)).toBe("general");
    expect(competenceOf(child, undefined)).toBe("general");
  });
});
