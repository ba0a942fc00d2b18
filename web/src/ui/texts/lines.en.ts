import type { Channel, Competence, Urgency } from "../../protocol/messages";
import type { LinesTexts } from "./lines.sv";

const NAMES: Record<Urgency, string> = {
  P1: "immediate",
  P2: "prompt",
  P3: "within a day",
  P4: "within a week",
  P5: "watchful waiting",
};

const COMPETENCES: Record<Competence, string> = {
  general: "General advice",
  child: "Children",
  mental_health: "Mental health",
  skin: "Skin",
  pregnancy: "Pregnancy",
};

const CHANNELS: Record<Channel, string> = { video: "video", chat: "chat" };

export const linesEn: LinesTexts = {
  competence: COMPETENCES,
  protected: "Protected identity",
  protectedLong: "Protected identity: mention no name or place, and write with care",
  somebody: "Protected person",
  hidden: "The identity is protected. Only colleagues who have the right see who it is and can take it.",
  need: {
    urgency: (urgency) => (urgency === null ? "not assessed" : NAMES[urgency]),
    waited: (words, short) => (short ? "waited less than 1 min" : `waited ${words}`),
    needs: (list) => `Needs: ${list}`,
    right: "the right to meet protected identities",
    named: "Waits for one nurse",
  },
  unserved: "Nobody on duty can take it",
  unservedSome: (n) =>
    n === 1
      ? "1 patient waits whom nobody on duty can take. An alarm has been raised."
      : `${n} patients wait whom nobody on duty can take. An alarm has been raised.`,
  full: "You hold as many chats as you take at once.",
  paused: (region, { why, channel, competence }) => {
    const part = [channel && CHANNELS[channel], competence && COMPETENCES[competence].toLowerCase()].filter(Boolean);
    const what = part.length > 0 ? ` (${part.join(", ")})` : "";
    return `${region}: the line is ${why === "full" ? "full" : "closed"}${what}. Nobody new is let in.`;
  },
  silent: "You are set as not available",
  silentLead: "Two offers in a row lapsed without an answer, so you are offered no more.",
  available: "I am available again",
  onlyChats: "You have a chat. Video and phone need all of your time.",
};
