import type { Competence } from "../../protocol/messages";

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
  full: "Du har så många chattar som du tar emot samtidigt.",
  onlyChats: "Du har en chatt. Video och telefon kräver att du inte har något annat samtal.",
};

export type LinesTexts = typeof linesSv;
