import type { Competence, RedFlag } from "../../protocol/messages";
import { hoursAndMinutes } from "../shared/time";

const clock = (instant: number): string => hoursAndMinutes(instant).join(".");
const ending = (ends: string): string => `numret som slutar på ${ends}`;

/** What may happen while somebody waits: worse, called instead, told that it is soon. */
export const waitingSv = {
  worse: {
    open: "Jag mår sämre",
    openText: "Svara på några korta frågor. Du behåller din plats.",
    title: "Mår du sämre?",
    progress: (n: number, of: number) => `Fråga ${n} av ${of}`,
    unsure: "Är du osäker, svara Vet inte.",
    question: {
      breathing: "Är det så svårt att andas att det inte går att säga en hel mening?",
      chest: "Trycker eller gör det ont i bröstet, kanske ut i arm, hals eller käke?",
      stroke: "Hänger ena sidan av ansiktet, är en arm svag eller är talet otydligt?",
      awake: "Svår att väcka, förvirrad, eller har svimmat?",
      bleeding: "Blöder det mycket och slutar inte fast du trycker i tio minuter?",
      rash: "Feber och prickar på huden som finns kvar när du trycker ett glas mot dem?",
    } satisfies Record<RedFlag, string>,
    yes: "Ja",
    no: "Nej",
    unknown: "Vet inte",
    back: "Föregående fråga",
    wordsTitle: "Vad är sämre?",
    words: "Berätta för sjuksköterskan",
    wordsHelp: "Några ord räcker. Du behåller din plats.",
    send: "Skicka till sjuksköterskan",
    sent: (at: string) => `Sjuksköterskan ser att det blev sämre kl. ${at}`,
    sentText: "Blir det ännu sämre, svara på frågorna igen. Är det bråttom, ring 112.",
  },

  red: {
    title: "Ring 112 nu",
    text: "Det du svarade kan vara farligt och behöver hjälp direkt.",
    where: "Säg var du är, vad som har hänt och vilket nummer du ringer från. Lägg inte på.",
    telling: "Vi berättar för sjuksköterskan …",
    told: "Sjuksköterskan ser vad du svarade. Du går före i kön och har kvar din plats.",
    notTold: "Vi kunde inte nå sjuksköterskan. Vänta inte på oss: ring 112.",
    back: "Tillbaka till kön",
    again: "Ring 112 om du inte redan har gjort det",
    againText: "Sjuksköterskan ser vad du svarade. Du går före i kön.",
  },

  handed: {
    text: (by: string, to: string) => `${by} lämnar över dig till ${to}. Din plats är kvar.`,
    colleague: "en kollega",
    nurse: (what: string) => `en sjuksköterska som ${what}`,
    competence: {
      general: "arbetar med allmän rådgivning",
      child: "kan barn",
      mental_health: "kan psykisk hälsa",
      skin: "kan hud",
      pregnancy: "kan graviditet",
    } satisfies Record<Competence, string>,
    language: "talar ditt språk",
    interpreter: "möter dig med tolk",
    and: " och ",
  },

  check: {
    title: "Är det fortfarande som när du kom?",
    same: "Ja, som förut",
    worse: "Nej, sämre",
    later: "Fråga senare",
  },

  call: {
    open: "Bli uppringd i stället",
    openText: "Du kan stänga sidan. Vi ringer dig.",
    title: "Vi ringer dig",
    number: "Ditt telefonnummer",
    numberHelp: "Bara sjuksköterskan som ringer ser numret.",
    numberMissing: "Skriv numret vi ska ringa.",
    when: "När ska vi ringa?",
    turn: "När det är min tur",
    turnHelp: "Du behåller din plats i kön.",
    later: "En tid som passar mig",
    laterHelp: "Vi ringer någon gång under tiden du väljer.",
    time: "Välj tid",
    window: (from: number, to: number, tomorrow: boolean) =>
      `${tomorrow ? "i morgon " : ""}${clock(from)} till ${clock(to)}`,
    tries: (most: number) => `Svarar du inte försöker vi igen, högst ${most} gånger. Ring 112 om det blir akut.`,
    hidden: "Samtalet kan komma från ett dolt nummer.",
    confirm: "Ja, ring mig",
    planTurn: "Vi ringer när det är din tur",
    planAt: (from: number, to: number) => `Vi ringer mellan ${clock(from)} och ${clock(to)}`,
    planAgain: (at: number) => `Vi ringer igen ungefär ${clock(at)}`,
    planText: (ends: string) => `En sjuksköterska ringer ${ending(ends)}. Du kan stänga sidan.`,
    missed: (tries: number, most: number) =>
      `Vi har ringt ${tries === 1 ? "en gång" : `${tries} gånger`} utan svar. Vi försöker högst ${most} gånger.`,
    change: "Ändra nummer eller tid",
    drop: "Vänta på sidan i stället",
    now: (nurse: string) => `${nurse} ringer dig nu`,
    nowText: (ends: string) => `Svara i telefonen, ${ending(ends)}. Du kan skriva här samtidigt.`,
    unreached: (nurse: string) => `${nurse} har ringt flera gånger utan svar`,
    unreachedText: "Nu skriver sjuksköterskan vad du ska göra. Du ser det här.",
  },

  tell: {
    open: "Säg till när det snart är min tur",
    openText: "En avisering eller ett sms, fast sidan är stängd.",
    title: "Säg till när det snart är min tur",
    lead: "Vi skickar bara att det snart är din tur. Inget om dig eller varför du söker.",
    push: "Avisering på den här enheten",
    pushText: "Webbläsaren frågar om lov när du trycker.",
    pushAsk: "Slå på avisering",
    pushOn: "Avisering är påslagen på den här enheten.",
    pushOff: "Stäng av avisering",
    pushDenied: "Webbläsaren tillåter inte aviseringar härifrån. Ändra det i inställningarna för sidan.",
    pushMissing: "Den här webbläsaren kan inte ta emot aviseringar. På iPhone: lägg först sidan på hemskärmen.",
    pushFailed: "Det gick inte att slå på avisering. Försök igen.",
    sms: "Sms",
    smsText: "Gäller bara det här besöket i kön.",
    smsAsk: "Skicka sms",
    smsOn: (ends: string) => `Vi skickar sms till ${ending(ends)}.`,
    smsOff: "Inget sms",
    smsDemo: "Demonstration: inget sms skickas på riktigt.",
  },

  soon: "Snart din tur",
};

export type WaitingTexts = typeof waitingSv;
