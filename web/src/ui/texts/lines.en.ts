import type { LinesTexts } from "./lines.sv";

export const linesEn: LinesTexts = {
  competence: {
    general: "General advice",
    child: "Children",
    mental_health: "Mental health",
    skin: "Skin",
    pregnancy: "Pregnancy",
  },
  protected: "Protected identity",
  protectedLong: "Protected identity: mention no name or place, and write with care",
  somebody: "Protected person",
  hidden: "The identity is protected. Only colleagues who have the right see who it is and can take it.",
  full: "You hold as many chats as you take at once.",
  onlyChats: "You have a chat. Video and phone need all of your time.",
};
