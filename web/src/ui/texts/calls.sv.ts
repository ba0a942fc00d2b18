import type { RedFlag } from "../../protocol/messages";

/** What the nurse reads of what happened while somebody waited, and of calling them. */
export const callsSv = {
  line: { callback: "Ska ringas upp", worse: "Har blivit sämre", flags: "Rödflagga" },
  flag: {
    breathing: "svårt att andas",
    chest: "tryck eller smärta i bröstet",
    stroke: "tecken på stroke",
    awake: "medvetandepåverkan eller svimning",
    bleeding: "blödning som inte slutar",
    rash: "feber och prickar som inte bleknar",
  } satisfies Record<RedFlag, string>,
  flags: (words: string) => `Rödflagga, ja eller vet ej: ${words}`,
  flagsAct: "Patienten har uppmanats att ringa 112.",
  worse: (at: string) => `Sämre ${at}`,
  noFlags: "Nej på alla rödflaggor.",
  heading: "Ring patienten",
  lead: "Samtalet förs i telefon. Patienten kan ha sidan öppen och skriva i chatten.",
  call: (number: string) => `Ring ${number}`,
  tries: (tries: number, most: number) =>
    tries === 0 ? `Högst ${most} försök.` : `${tries} av ${most} försök utan svar.`,
  unanswered: "Inget svar",
  again: (minutes: number) => `Utan svar blir patienten uppringd igen om ${minutes} minuter och går före då.`,
  last: "Det här är sista försöket. Utan svar avgör och signerar du vad som ska göras.",
  done: "Samtalet är slut",
  unreached: "Patienten svarade inte",
  unreachedLead: "Alla försök är gjorda. Bedöm vad som behövs, skriv det och signera. Patienten läser ditt råd på sidan.",
  number: "Patientens nummer",
  state: "Ringer upp",
};

export type CallTexts = typeof callsSv;
