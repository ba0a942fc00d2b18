import { describe, expect, it } from "vitest";
import type { HandedOver } from "../../protocol/messages";
import { en } from "../texts/en";
import { sv } from "../texts/sv";
import { handedOver } from "./handed";

const HANDED: HandedOver = { by: "Karin", colleague: false, competence: null, language: null, interpreter: null };

describe("who is handed over reads to whom", () => {
  it("by what the nurse knows and speaks", () => {
    expect(handedOver({ ...HANDED, competence: "child" }, sv)).toBe(
      "Karin lämnar över dig till en sjuksköterska som kan barn. Din plats är kvar.",
    );
    expect(handedOver({ ...HANDED, competence: "skin", language: "ar" }, sv)).toContain("kan hud och talar ditt språk");
    expect(handedOver({ ...HANDED, interpreter: true }, en)).toContain("a nurse who meets you with an interpreter");
    expect(handedOver({ ...HANDED, interpreter: false }, en)).toContain("speaks your language");
  });

  it("but no colleague by name", () => {
    expect(handedOver({ ...HANDED, colleague: true }, sv)).toBe(
      "Karin lämnar över dig till en kollega. Din plats är kvar.",
    );
  });
});
