import type { Channel, Competence, PauseView, Urgency } from "../../protocol/messages";

const NAMES: Record<Urgency, string> = {
  P1: "omgående",
  P2: "skyndsamt",
  P3: "närmaste dygnet",
  P4: "vardag",
  P5: "avvakta",
};

const COMPETENCES: Record<Competence, string> = {
  general: "Allmän rådgivning",
  child: "Barn",
  mental_health: "Psykisk hälsa",
  skin: "Hud",
  pregnancy: "Graviditet",
};

const CHANNELS: Record<Channel, string> = { video: "video", chat: "chatt" };

/** What the nurse reads of who can serve whom. */
export const linesSv = {
  competence: COMPETENCES,
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
  paused: (region: string, { why, channel, competence }: PauseView): string => {
    const part = [channel && CHANNELS[channel], competence && COMPETENCES[competence].toLowerCase()].filter(Boolean);
    const what = part.length > 0 ? ` (${part.join(", ")})` : "";
    return `${region}: kön är ${why === "full" ? "full" : "stängd"}${what}. Inga nya släpps in.`;
  },
  silent: "Du är satt som ej tillgänglig",
  silentLead: "Två erbjudanden i rad gick ut utan svar. Därför erbjuds du inga fler.",
  available: "Jag är tillgänglig igen",
  onlyChats: "Du har en chatt. Video och telefon kräver att du inte har något annat samtal.",
};

export type LinesTexts = typeof linesSv;
