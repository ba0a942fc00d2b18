import type { CallTexts } from "./calls.sv";

export const callsEn: CallTexts = {
  line: { callback: "To be called", worse: "Got worse", flags: "Red flag" },
  flag: {
    breathing: "trouble breathing",
    chest: "pressure or pain in the chest",
    stroke: "signs of stroke",
    awake: "affected consciousness or fainting",
    bleeding: "bleeding that does not stop",
    rash: "fever and spots that do not fade",
  },
  flags: (words) => `Red flag, yes or don't know: ${words}`,
  flagsAct: "The patient has been told to call 112.",
  worse: (at) => `Worse ${at}`,
  noFlags: "No to every red flag.",
  heading: "Call the patient",
  lead: "The talk is by phone. The patient may have the page open and write in the chat.",
  call: (number) => `Call ${number}`,
  tries: (tries, most) => (tries === 0 ? `At most ${most} tries.` : `${tries} of ${most} tries without an answer.`),
  unanswered: "No answer",
  again: (minutes) => `Without an answer the patient is called again in ${minutes} minutes, and goes first then.`,
  last: "This is the last try. Without an answer you decide and sign what is to be done.",
  done: "The call is over",
  unreached: "The patient did not answer",
  unreachedLead: "Every try has been made. Assess what is needed, write it and sign. The patient reads your advice on the page.",
  number: "The patient's number",
  state: "Calling",
};
