import { hoursAndMinutes } from "../shared/time";
import type { WaitingTexts } from "./waiting.sv";

const clock = (instant: number): string => hoursAndMinutes(instant).join(":");
const ending = (ends: string): string => `the number ending in ${ends}`;

export const waitingEn: WaitingTexts = {
  worse: {
    open: "I feel worse",
    openText: "Answer a few short questions. You keep your place.",
    title: "Do you feel worse?",
    progress: (n, of) => `Question ${n} of ${of}`,
    unsure: "If you are not sure, answer Don't know.",
    question: {
      breathing: "Is it so hard to breathe that a whole sentence cannot be said?",
      chest: "Is there pressure or pain in the chest, perhaps out to an arm, the neck or the jaw?",
      stroke: "Does one side of the face droop, is an arm weak or is the speech slurred?",
      awake: "Hard to wake, confused, or has fainted?",
      bleeding: "Is there heavy bleeding that does not stop though you press for ten minutes?",
      rash: "Fever, and spots on the skin that stay when you press a glass against them?",
    },
    yes: "Yes",
    no: "No",
    unknown: "Don't know",
    back: "Previous question",
    wordsTitle: "What is worse?",
    words: "Tell the nurse",
    wordsHelp: "A few words are enough. You keep your place.",
    send: "Send to the nurse",
    sent: (at) => `The nurse sees that it got worse at ${at}`,
    sentText: "If it gets worse again, answer the questions again. If it is urgent, call 112.",
  },

  red: {
    title: "Call 112 now",
    text: "What you answered may be dangerous and needs help at once.",
    where: "Say where you are, what has happened and which number you call from. Do not hang up.",
    telling: "We are telling the nurse …",
    told: "The nurse sees what you answered. You go first in line and keep your place.",
    notTold: "We could not reach the nurse. Do not wait for us: call 112.",
    back: "Back to the line",
    again: "Call 112 if you have not done so already",
    againText: "The nurse sees what you answered. You go first in line.",
  },

  handed: {
    text: (by, to) => `${by} hands you over to ${to}. Your place is kept.`,
    colleague: "a colleague",
    nurse: (what) => `a nurse who ${what}`,
    competence: {
      general: "gives general advice",
      child: "knows about children",
      mental_health: "knows about mental health",
      skin: "knows about skin",
      pregnancy: "knows about pregnancy",
    },
    language: "speaks your language",
    interpreter: "meets you with an interpreter",
    and: " and ",
  },

  check: {
    title: "Is it still as when you came?",
    same: "Yes, as before",
    worse: "No, worse",
    later: "Ask later",
  },

  call: {
    open: "Be called instead",
    openText: "You can close the page. We call you.",
    title: "We call you",
    number: "Your phone number",
    numberHelp: "Only the nurse who calls sees the number.",
    numberMissing: "Write the number we should call.",
    when: "When should we call?",
    turn: "When it is my turn",
    turnHelp: "You keep your place in line.",
    later: "At a time that suits me",
    laterHelp: "We call some time within the hour you choose.",
    time: "Choose a time",
    window: (from, to, tomorrow) => `${tomorrow ? "tomorrow " : ""}${clock(from)} to ${clock(to)}`,
    tries: (most) =>
      `If you do not answer we try again, at most ${most} times. Call 112 if it becomes an emergency.`,
    hidden: "The call may come from a hidden number.",
    confirm: "Yes, call me",
    planTurn: "We call when it is your turn",
    planAt: (from, to) => `We call between ${clock(from)} and ${clock(to)}`,
    planAgain: (at) => `We call again at about ${clock(at)}`,
    planText: (ends) => `A nurse calls ${ending(ends)}. You can close the page.`,
    missed: (tries, most) =>
      `We have called ${tries === 1 ? "once" : `${tries} times`} without an answer. We try at most ${most} times.`,
    change: "Change number or time",
    drop: "Wait at the page instead",
    now: (nurse) => `${nurse} is calling you now`,
    nowText: (ends) => `Answer your phone, ${ending(ends)}. You can write here at the same time.`,
    unreached: (nurse) => `${nurse} has called several times without an answer`,
    unreachedText: "The nurse is writing what you should do. You will see it here.",
  },

  tell: {
    open: "Tell me when it is soon my turn",
    openText: "A notification or a text message, even if the page is closed.",
    title: "Tell me when it is soon my turn",
    lead: "We only send that it is soon your turn. Nothing about you or why you seek advice.",
    push: "Notification on this device",
    pushText: "The browser asks for permission when you press.",
    pushAsk: "Turn on notification",
    pushOn: "Notification is on for this device.",
    pushOff: "Turn off notification",
    pushDenied: "The browser does not allow notifications from here. Change that in its settings for this page.",
    pushMissing: "This browser cannot receive notifications. On an iPhone, first add the page to the home screen.",
    pushFailed: "Notification could not be turned on. Try again.",
    sms: "Text message",
    smsText: "Only for this time in line.",
    smsAsk: "Send a text message",
    smsOn: (ends) => `We send a text message to ${ending(ends)}.`,
    smsOff: "No text message",
    smsDemo: "Demonstration: no text message is really sent.",
  },

  soon: "Soon your turn",
};
