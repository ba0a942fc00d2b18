import type { Competence, Urgency } from "../../protocol/messages";

const NAMES: Record<Urgency, string> = {
  P1: "omgående",
  P2: "skyndsamt",
  P3: "närmaste dygnet",
  P4: "vardag",
  P5: "avvakta",
};

/** What the nurse reads of who can serve whom. */
export const linesSv = {
  competence: {
    general: "Allmän rådgivning",
    child: "Barn",
    mental_health: "Psykisk hälsa",
    skin: "Hud",
    pregnancy: "Graviditet",
  } satisfies Record<Competence, string>,
  protected: "Skyddad identitet",
  protectedLong: "Skyddad identitet: nämn inte namn eller plats, och anteckna varsamt",
  somebody: "Skyddad person",
  hidden: "Identiteten är skyddad. Bara kollegor med behörighet ser vem det är och kan ta emot.",
  need: {
    urgency: (urgency: Urgency | null) => (urgency === null ? "ej bedömd" : NAMES[urgency]),
    waited: (words: string, short: boolean) => (short ? "väntat mindre än 1 min" : `väntat ${words}`),
    needs: (list: string) => `Behöver: ${list}`,
    right: "behörighet för skyddad identitet",
    named: "Väntar på en viss sjuksköterska",
  },
  unserved: "Ingen i tjänst kan ta emot",
  unservedSome: (n: number) =>
    n === 1
      ? "1 patient väntar som ingen i tjänst kan ta emot. Larm är skickat."
      : `${n} patienter väntar som ingen i tjänst kan ta emot. Larm är skickat.`,
  full: "Du har så många chattar som du tar emot samtidigt.",
  silent: "Du är satt som ej tillgänglig",
  silentLead: "Två erbjudanden i rad gick ut utan svar. Därför erbjuds du inga fler.",
  available: "Jag är tillgänglig igen",
  onlyChats: "Du har en chatt. Video och telefon kräver att du inte har något annat samtal.",
};

export type LinesTexts = typeof linesSv;
