/** What the nurse reads of handing a contact over to a colleague or another line. */
export const transferSv = {
  open: "Lämna över",
  heading: "Lämna över ärendet",
  lead: (who: string) =>
    `${who} behåller sin plats och går före. Anteckning, chatt och bilder följer med till den som tar emot.`,
  to: "Till",
  line: "En annan kö",
  colleague: "En kollega i tjänst",
  competence: "Kompetens",
  language: "Språk",
  interpreter: "En tolk behövs",
  unchanged: (what: string) => `Oförändrad: ${what}`,
  looking: "Letar efter kollegor",
  nobody: "Ingen annan i tjänst kan ta emot ärendet som det är. Välj en annan kö.",
  free: "ledig nu",
  busy: "upptagen just nu",
  alone: "Kollegan får fem minuter på sig. Sedan kan alla som passar ta emot.",
  choose: "Välj vart ärendet ska.",
  reason: "Skäl",
  reasonMissing: "Skriv varför du lämnar över.",
  summary: "Sammanfattning",
  summaryHint: "Det viktigaste, så att patienten slipper börja om",
  do: "Lämna över",
  doing: "Lämnar över",
  done: (who: string) => `${who} är överlämnad och väntar på sin nya sjuksköterska.`,
  by: (name: string) => `Överlämnad av ${name}`,
  toYou: (name: string) => `Till dig från ${name}`,
  wrote: "Sammanfattning",
};

export type TransferTexts = typeof transferSv;
